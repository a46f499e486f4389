/** What the host has, and what the npm registry has. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFixture, hostPath } from '../build-fixture.ts'
import { asking, decisions, hostWith, isMissing, minute, onHost, path, told, warnings, wholeHost } from './asking.ts'

describe("the host's own version", () => {
  it.each(['>=18', '^18 || >=20'])('is used where %s takes it, and costs one question ever', async (range) => {
    const app = createFixture()
    const plan = asking('node', range, 'node --version')
    const artifact = await app.build(plan)
    const version = told(artifact).trim().slice(1)
    expect(decisions(artifact)).toEqual([{ key: 'node.version', value: version, origin: `.node-version:1; from ${onHost('node') ?? ''}` }])
    expect(artifact.runtime.pathPrepend.filter((one) => !one.startsWith(artifact.location))).toEqual([])
    expect(app.commands.filter((command) => !command.startsWith('/bin/sh')).length).toBeLessThanOrEqual(1)
    const before = app.commands.length
    await app.build(plan)
    expect(app.commands.slice(before)).toEqual(['/bin/sh -e -c { node --version; } > told 2>&1'])
  })

  it.skipIf(isMissing('ruby'))('with another last number is used with a warning (needs ruby)', async () => {
    const app = createFixture()
    const [, minor = ''] =
      /(\d+\.\d+)\./.exec(execFileSync(onHost('ruby') ?? '', ['--version'], { encoding: 'utf8', env: { PATH: path } })) ?? []
    const artifact = await app.build(asking('ruby', `${minor}.99`, 'ruby --version'), wholeHost(app))
    expect(told(artifact)).toContain(`ruby ${minor}.`)
    expect(warnings(app)).toEqual([
      expect.stringMatching(
        `^\\.ruby-version:1 asks for ruby ${minor}\\.99; ruby ${minor}\\.\\S+ of this host is used in its place: they differ in the last`,
      ),
    ])
  })

  it.skipIf(isMissing('ruby'))('with another minor number of Ruby is an error where nothing installs Ruby (needs ruby)', async () => {
    const app = createFixture()
    await expect(app.build(asking('ruby', '2.1.5', 'ruby --version'), hostWith(app, 'ruby'))).rejects.toMatchObject({
      code: 'build.tool-version',
      message: expect.stringMatching(
        /^\.ruby-version:1 asks for ruby "2\.1\.5"; this host has \d\S+ \(\S+\/ruby\) and cannot get it: neither mise nor asdf is here/,
      ),
      hint: expect.stringMatching(
        /^Get it: `mise install ruby@2\.1\.5` \(https:\/\/mise\.jdx\.dev\)\. Or change \.ruby-version:1 so that \d\S+ fits/,
      ),
      details: { tool: 'ruby', wanted: '2.1.5', origin: '.ruby-version:1' },
    })
    expect(app.commands.some((command) => command.startsWith('/bin/sh'))).toBe(false)
  })

  it('is used, with a warning, where nobody can tell its version, or what is asked for', async () => {
    const app = createFixture()
    const versions = { node: { version: 'lts', origin: 'package.json:4' }, terraform: { version: '1', origin: 'mise.toml:2' } }
    await app.build({ versions, phases: {} })
    expect(warnings(app)).toEqual([
      'package.json:4 asks for node "lts", which is no version: the host\'s own is used.',
      'mise.toml:2 asks for terraform "1": a local build cannot tell which version it uses.',
    ])
  })

  it('of a package manager that no command starts is no matter', async () => {
    const app = createFixture()
    const versions = { pnpm: { version: '1.0.0', origin: 'package.json:4' }, poetry: { version: '9', origin: 'poetry.lock:1' } }
    const artifact = await app.build({ versions, phases: {} })
    expect(decisions(artifact)).toEqual([])
    expect([warnings(app), app.commands]).toEqual([[], []])
  })
})

describe('what the npm registry has', () => {
  it('is installed once for all apps, and serves what is built with it', { timeout: 3 * minute }, async () => {
    const app = createFixture()
    const own = execFileSync('node', ['--version'], { encoding: 'utf8', env: { PATH: hostPath } })
    const major = own.startsWith('v22.') ? '20' : '22'
    const plan = asking('node', major, 'node --version; npm --version')
    const host = wholeHost(app)
    const artifact = await app.build(plan, host)
    const [, version = ''] = /^v(\S+)\n\d+\./.exec(told(artifact)) ?? []
    expect(version).toMatch(new RegExp(`^${major}\\.`))
    const bin = join(app.root, `home/tools/node-${version}-${process.arch}/bin`)
    expect(artifact.runtime.pathPrepend.at(-1)).toBe(bin)
    expect(decisions(artifact)).toEqual([{ key: 'node.version', value: version, origin: '.node-version:1; from the npm registry' }])
    expect(execFileSync(join(bin, 'node'), ['-p', 'process.version'], { encoding: 'utf8' })).toBe(`v${version}\n`)

    const before = app.commands.length
    expect(await app.fingerprint(plan, host)).toBe(artifact.metadata['fingerprint'])
    expect(app.commands.slice(before)).toEqual([])
    await app.build(plan, host)
    expect(app.commands.slice(before).filter((command) => !command.startsWith('/bin/sh'))).toEqual([])
    rmSync(dirname(bin), { recursive: true })
    expect(await app.fingerprint(plan, host)).not.toBe(artifact.metadata['fingerprint'])
  })

  it('is installed by one of two builds at a time, whole or not at all', { timeout: minute }, async () => {
    const app = createFixture()
    const tools = join(app.root, 'home/tools')
    const abandoned = join(tools, '.yarn-0123456789ab.tmp')
    mkdirSync(abandoned, { recursive: true })
    utimesSync(abandoned, 1, 1)
    // Its process is dead: pid 1 has not started at tick 0 of this boot.
    const holder = { pid: 1, started: '0', boot: 'gone', pidNamespace: '', host: hostname() }
    writeFileSync(join(tools, '.yarn.lock'), JSON.stringify({ ...holder, operation: 'installation', since: '', token: '0123456789abcdef' }))
    const plan = asking('yarn', '1.22.22', 'yarn --version')
    const artifacts = await Promise.all([app.build(plan, wholeHost(app)), app.build(plan, wholeHost(app))])
    expect(artifacts.map(told)).toEqual(['1.22.22\n', '1.22.22\n'])
    expect(app.commands.filter((command) => command.includes('npm install'))).toHaveLength(1)
    expect(readdirSync(tools)).toEqual([`yarn-1.22.22-${process.arch}`])
    expect(artifacts[0]?.runtime.pathPrepend.at(-1)).toContain('.venv')
  })

  it('is named when it has no such version, and nothing is left', { timeout: minute }, async () => {
    const app = createFixture()
    await expect(app.build(asking('node', '99', 'node --version'), wholeHost(app))).rejects.toMatchObject({
      code: 'build.tool-version',
      message: expect.stringMatching(
        /^\.node-version:1 asks for node "99"; this host has \d\S+ \(\S+\/node\) and cannot get it: the npm registry has none \(No match found for version 99\)\.$/,
      ),
      hint: expect.stringMatching(/^See which there are: `npm view node-\S+ versions`\. Or change \.node-version:1 so that \d\S+ fits/),
    })
    expect(readdirSync(join(app.root, 'home'))).not.toContain('tools')
  })

  it('is out of reach: the same major version of the host will do with a warning, another will not', { timeout: minute }, async () => {
    const app = createFixture()
    const offline = { env: { ...wholeHost(app).env, PATH: hostPath, npm_config_registry: 'http://127.0.0.1:9/' } }
    const [major = ''] = execFileSync('node', ['-p', 'process.versions.node'], { encoding: 'utf8', env: { PATH: hostPath } }).split('.')
    const artifact = await app.build(asking('node', `${major}.999`, 'node --version'), offline)
    expect(told(artifact)).toMatch(new RegExp(`^v${major}\\.`))
    expect(warnings(app)).toEqual([
      expect.stringMatching(
        `^\\.node-version:1 asks for node ${major}\\.999; node ${major}\\.\\S+ of this host is used in its place: the npm registry has none \\(.*ECONNREFUSED`,
      ),
    ])
    await expect(app.build(asking('node', '>=1 <2', 'node --version'), offline)).rejects.toMatchObject({
      code: 'build.tool-version',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })
})
