import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { BuildPlan, ToolchainFactory } from '@hop3/core'
import { describe, expect, it } from 'vitest'
import { localBuilder } from '../src/index.ts'
import { cacheOf, createFixture, hostPath, localOptions, secretsOf, type Fixture } from './build-fixture.ts'

/** Makes `out/` from `in.txt`, with a file and a link that hold the release's path. */
const installCommand =
  'mkdir -p out/bin out/node_modules/pkg && cp in.txt out/copy && cp in.txt out/node_modules/pkg/copy && pwd > out/where && printf "#!/bin/sh\\necho from $PWD\\n" > out/bin/tool && chmod +x out/bin/tool && ln -s "$PWD/out/copy" out/link && ln -s copy out/near'
const install: BuildPlan['phases'][string] = { cmds: [installCommand], dependsOn: [], onlyIncludeFiles: ['in.txt'], outputs: ['out'] }
const plan = { phases: { install } }
/** Of an installed package: the only files releases share. */
const shared = 'out/node_modules/pkg/copy'

function entryOf(app: Fixture): string {
  const entries = join(app.cachePath, 'phases/entries')
  const [only, ...more] = readdirSync(entries)
  expect(more).toEqual([])
  return join(entries, only ?? '')
}

describe('the phase cache', () => {
  it('restores outputs in a release at another path, after the one that made them is gone', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const first = await app.build(plan)
    expect(cacheOf(first)).toEqual([{ phase: 'install', outcome: 'miss', reasons: ['first build'] }])
    rmSync(dirname(first.location), { recursive: true })
    const started = app.commands.length
    const second = await app.build(plan)
    expect(cacheOf(second)).toEqual([{ phase: 'install', outcome: 'hit', reasons: ['nothing it depends on has changed'] }])
    expect(app.commands.slice(started)).toEqual([])
    const out = join(second.location, 'out')
    expect(readFileSync(join(out, 'where'), 'utf8')).toBe(`${second.location}\n`)
    expect(readFileSync(join(out, 'bin/tool'), 'utf8')).toContain(`echo from ${second.location}\n`)
    expect(statSync(join(out, 'bin/tool')).mode & 0o777).toBe(0o755)
    expect(readlinkSync(join(out, 'link'))).toBe(join(out, 'copy'))
    expect(readlinkSync(join(out, 'near'))).toBe('copy')
    expect(statSync(join(second.location, shared)).nlink).toBe(2) // ours and the cache's
    expect(statSync(join(out, 'copy')).nlink).toBe(1)
    expect(statSync(join(out, 'where')).nlink).toBe(1)
  })

  it('misses with the reason when a declared input changes, and only then', async () => {
    const app = createFixture({ 'in.txt': 'one', 'other.txt': 'x' })
    await app.build(plan)
    app.write({ 'other.txt': 'y' })
    expect(cacheOf(await app.build(plan))).toMatchObject([{ outcome: 'hit' }])
    app.write({ 'in.txt': 'two' })
    const changed = await app.build(plan)
    expect(cacheOf(changed)).toEqual([{ phase: 'install', outcome: 'miss', reasons: ['in.txt changed'] }])
    expect(readFileSync(join(changed.location, 'out/copy'), 'utf8')).toBe('two')
    app.write({ 'in.txt': 'one' })
    expect(cacheOf(await app.build(plan))).toMatchObject([{ outcome: 'hit' }])
  })

  it.each([
    ['commands', { cmds: [installCommand, 'true'] }, ['its commands changed']],
    ['a variable', { variables: { MODE: 'fast' } }, ['variable MODE added']],
    ['outputs', { outputs: ['out', 'more'] }, ['its outputs changed']],
    ['a tool', { cmds: [installCommand, 'sh -c true; git --version'] }, [expect.stringMatching(/^uses git \d/), 'its commands changed']],
  ])('misses when %s change', async (_, change, reasons) => {
    const app = createFixture({ 'in.txt': 'one' })
    await app.build(plan)
    expect(cacheOf(await app.build({ phases: { install: { ...install, ...change } } }))).toEqual([
      { phase: 'install', outcome: 'miss', reasons },
    ])
  })

  it('does not keep what was made while a program it runs was replaced, nor the version that program told', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const bin = join(app.root, 'bin')
    const tool = (version: string): string => `#!/bin/sh\nsleep 0.5\necho hugo v${version}\n`
    mkdirSync(bin)
    writeFileSync(join(bin, 'hugo'), tool('1.0.0'), { mode: 0o755 })
    writeFileSync(join(bin, 'next'), tool('2.0.0-beta'), { mode: 0o755 })
    const env = { PATH: `${bin}:${hostPath}`, HOME: app.root }
    const replacing = { phases: { install: { ...install, cmds: [`mv "${bin}/next" "${bin}/hugo" || true`, 'hugo', ...install.cmds] } } }
    expect(cacheOf(await app.build(replacing, { env }))).toMatchObject([{ outcome: 'miss' }])
    expect(existsSync(join(app.cachePath, 'phases/entries'))).toBe(false)
    expect(existsSync(join(app.cachePath, 'tools/versions.json'))).toBe(false)
    expect(app.events.filter(({ level }) => level === 'warn').map(({ text }) => text)).toEqual([
      'The outputs of phase install are not kept for the next build: it replaced a program it runs.',
    ])
    expect(cacheOf(await app.build(replacing, { env }))).toEqual([{ phase: 'install', outcome: 'miss', reasons: [expect.any(String)] }])
    expect(cacheOf(await app.build(replacing, { env }))).toMatchObject([{ outcome: 'hit' }])
    expect(readFileSync(join(app.cachePath, 'tools/versions.json'), 'utf8')).toContain('2.0.0')
  })

  it('misses when a phase it depends on does, and takes the whole source where nothing is declared', async () => {
    const app = createFixture({ 'in.txt': 'one', 'src/a': 'a' })
    const both = {
      phases: { install, build: { cmds: ['mkdir dist && cat out/copy src/a > dist/all'], dependsOn: ['install'], outputs: ['dist'] } },
    }
    await app.build(both)
    expect(cacheOf(await app.build(both))).toMatchObject([{ outcome: 'hit' }, { outcome: 'hit' }])
    app.write({ 'src/a': 'b' })
    const source = await app.build(both)
    expect(cacheOf(source)).toEqual([
      expect.objectContaining({ outcome: 'hit' }),
      { phase: 'build', outcome: 'miss', reasons: ['src/a changed'] },
    ])
    expect(readFileSync(join(source.location, 'dist/all'), 'utf8')).toBe('oneb')
    app.write({ 'in.txt': 'two' })
    expect(cacheOf(await app.build(both))).toMatchObject([
      { reasons: ['in.txt changed'] },
      { reasons: ['in.txt changed', 'phase install changed'] },
    ])
  })

  it('sees what an earlier phase did to the source', async () => {
    const app = createFixture({ 'in.txt': 'one', mode: 'a' })
    const edit = (text: string) => ({
      phases: { edit: { cmds: [`echo ${text} > in.txt`], dependsOn: [] }, install: { ...install, dependsOn: ['edit'] } },
    })
    const first = await app.build(edit('edited'))
    expect(cacheOf(first)).toMatchObject([{ phase: 'edit', outcome: 'uncached', reasons: ['it declares no outputs'] }, { outcome: 'miss' }])
    expect(readFileSync(join(first.location, 'out/copy'), 'utf8')).toBe('edited\n')
    const second = await app.build(edit('edited'))
    expect(cacheOf(second)).toMatchObject([{ outcome: 'uncached' }, { outcome: 'hit' }])
    expect(cacheOf(await app.build(edit('again!')))).toMatchObject([
      {},
      { outcome: 'miss', reasons: ['in.txt changed', 'phase edit changed'] },
    ])
  })

  it('treats source files inside an output as inputs', async () => {
    const app = createFixture({ 'in.txt': 'one', 'out/readme': 'old' })
    await app.build(plan)
    app.write({ 'out/readme': 'new' })
    const { location } = await app.build(plan)
    expect(readFileSync(join(location, 'out/readme'), 'utf8')).toBe('new')
  })

  it.each([
    ['changed', (file: string) => writeFileSync(file, 'one, changed')],
    ['changed to the same length', (file: string) => writeFileSync(file, 'two')],
    ['removed', (file: string) => rmSync(file)],
  ])('misses when a kept file was %s', async (_, damage) => {
    const app = createFixture({ 'in.txt': 'one' })
    await app.build(plan)
    damage(join(entryOf(app), 'tree/out/copy'))
    const second = await app.build(plan)
    expect(cacheOf(second)).toEqual([
      { phase: 'install', outcome: 'miss', reasons: ['what was kept of it has been changed since: out/copy'] },
    ])
    expect(readFileSync(join(second.location, 'out/copy'), 'utf8')).toBe('one')
    expect(cacheOf(await app.build(plan))).toMatchObject([{ outcome: 'hit' }])
  })

  it.each(['', 'null', '{"format":2}', '{"format":1,"outputs":[],"forms":[],"items":[["f","../x"]]}', 'not json'])(
    'misses when the manifest is %j',
    async (text) => {
      const app = createFixture({ 'in.txt': 'one' })
      await app.build(plan)
      writeFileSync(join(entryOf(app), 'manifest.json'), text)
      expect(cacheOf(await app.build(plan))).toMatchObject([{ outcome: 'miss', reasons: ['what was kept of it is damaged'] }])
    },
  )

  it('stops sharing a file once a later phase was seen to write it in place', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const two = { phases: { install, build: { cmds: ['echo $$ >> out/node_modules/pkg/copy'], dependsOn: ['install'] } } }
    await app.build(two)
    const second = await app.build(two)
    expect(cacheOf(second)).toMatchObject([
      { outcome: 'miss', reasons: ['a later phase of the last build changed out/node_modules/pkg/copy'] },
      { outcome: 'uncached' },
    ])
    const secondCopy = readFileSync(join(second.location, shared), 'utf8')
    const third = await app.build(two)
    expect(cacheOf(third)).toMatchObject([{ outcome: 'hit' }, { outcome: 'uncached' }])
    expect(readFileSync(join(third.location, shared), 'utf8')).toMatch(/^one\d+\n$/)
    expect(readFileSync(join(second.location, shared), 'utf8')).toBe(secondCopy)
    expect(readFileSync(join((await app.build(plan)).location, shared), 'utf8')).toBe('one')
  })

  it('never shares what tools keep for themselves', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const make = { ...install, cmds: [installCommand, 'echo 1 > out/.state'] }
    const two = { phases: { install: make, build: { cmds: ['echo 2 >> out/.state'], dependsOn: ['install'] } } }
    await app.build(two)
    const second = await app.build(two)
    expect(cacheOf(second)).toMatchObject([{ outcome: 'hit' }, {}])
    expect(readFileSync(join(second.location, 'out/.state'), 'utf8')).toBe('1\n2\n')
  })

  it.each(['a later phase', 'a worker'])('keeps what %s writes to an output in its own release', async (who) => {
    const app = createFixture({ 'in.txt': 'one' })
    const edit = { cmds: ['echo edited >> out/copy', 'echo edited >> out/bin/tool'], dependsOn: ['install'] }
    const writing = who === 'a worker' ? plan : { phases: { install, edit } }
    const first = await app.build(plan)
    const second = await app.build(writing)
    if (who === 'a worker') for (const file of ['out/copy', 'out/bin/tool']) appendFileSync(join(second.location, file), 'edited\n')
    expect(readFileSync(join(second.location, 'out/copy'), 'utf8')).toBe('oneedited\n')
    expect(readFileSync(join(first.location, 'out/copy'), 'utf8')).toBe('one')
    expect(readFileSync(join(first.location, 'out/bin/tool'), 'utf8')).not.toContain('edited')
    const third = await app.build(plan)
    expect(cacheOf(third)).toMatchObject([{ outcome: 'hit' }])
    expect(readFileSync(join(third.location, 'out/copy'), 'utf8')).toBe('one')
  })

  it('drops an entry a worker wrote to, and copies that file from then on', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    await app.build(plan)
    const second = await app.build(plan)
    appendFileSync(join(second.location, shared), ' and a worker')
    const third = await app.build(plan)
    expect(cacheOf(third)).toMatchObject([
      { outcome: 'miss', reasons: ['what was kept of it has been changed since: out/node_modules/pkg/copy'] },
    ])
    expect(readFileSync(join(third.location, shared), 'utf8')).toBe('one')
    const fourth = await app.build(plan)
    expect(cacheOf(fourth)).toMatchObject([{ outcome: 'hit' }])
    expect(statSync(join(fourth.location, shared)).nlink).toBe(1)
  })

  it('gives a phase the secret that a toolchain has found, and says which has no value', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const toolchain: ToolchainFactory = {
      name: 'made-up',
      specificity: 'inferred',
      create: () => ({
        name: 'made-up',
        accept: async () => ({ accepted: true, reason: 'it takes everything' }),
        plan: async () => ({
          kind: 'made-up',
          phases: { install: { cmds: ['test "$TOKEN" = hunter2hunter2 && touch got'], secrets: ['TOKEN', 'UNSET'] } },
          processes: { web: './run' },
          versions: {},
          runtime: {},
          decisions: [],
          warnings: [],
        }),
      }),
    }
    const context = app.context({ toolchains: [toolchain], secret: secretsOf({ TOKEN: 'hunter2hunter2' }) })
    mkdirSync(context.release.path, { recursive: true })
    const { location } = await localBuilder.create(context).build()
    expect(existsSync(join(location, 'got'))).toBe(true)
    expect(app.events.filter(({ level }) => level === 'warn')).toEqual([])
    expect(app.events.map(({ text }) => text)).toContain(
      'Secrets that phases may use and that have no value: UNSET. `hop3 env set blog UNSET` sets one.',
    )
  })

  it('keys a phase by the secrets it names, and writes their values nowhere', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const secret = {
      phases: { install: { ...install, cmds: [installCommand, 'test -n "$TOKEN" && echo "token is $TOKEN"'], secrets: ['TOKEN'] } },
    }
    const first = await app.build(secret, { secret: secretsOf({ TOKEN: 'hunter2hunter2', OTHER: 'o' }) })
    expect(readFileSync(join(dirname(first.location), 'build.log'), 'utf8')).toContain('token is [MASKED]')
    expect(JSON.stringify(app.events)).not.toContain('hunter2hunter2')
    expect(cacheOf(await app.build(secret, { secret: secretsOf({ TOKEN: 'hunter2hunter2' }) }))).toMatchObject([{ outcome: 'hit' }])
    expect(cacheOf(await app.build(secret, { secret: secretsOf({ TOKEN: 'another-value' }) }))).toMatchObject([
      { outcome: 'miss', reasons: ['the value of a secret it names changed'] },
    ])
    const files = readdirSync(app.cachePath, { recursive: true, encoding: 'utf8' }).filter((path) =>
      statSync(join(app.cachePath, path)).isFile(),
    )
    for (const path of files) expect(readFileSync(join(app.cachePath, path), 'utf8')).not.toContain('hunter2')
  })

  it('does not share outputs between apps whose paths differ in length', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const other = createFixture({ 'in.txt': 'one' }, 'longer-name')
    await app.build(plan)
    const context = other.context({ cachePath: app.cachePath })
    const built = await other.build(plan, { cachePath: context.cachePath })
    expect(cacheOf(built)).toMatchObject([{ outcome: 'miss', reasons: ['first build'] }])
    expect(readFileSync(join(built.location, 'out/where'), 'utf8')).toBe(`${built.location}\n`)
  })

  it('removes what was used longest ago when the cache grows too large', async () => {
    const app = createFixture({ 'in.txt': 'x'.repeat(300_000) })
    const options = localOptions({ cacheSize: 1 / 1024 })
    await app.build(plan, options)
    const [old] = readdirSync(join(app.cachePath, 'phases/entries'))
    utimesSync(join(app.cachePath, 'phases/entries', old ?? '', 'entry.json'), 1, 1)
    app.write({ 'in.txt': 'y'.repeat(300_000) })
    await app.build(plan, options)
    const left = readdirSync(join(app.cachePath, 'phases/entries'))
    expect(left).toHaveLength(1)
    expect(left).not.toContain(old)
  })

  it('is left alone when it is off', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const built = await app.build(plan, localOptions({ cache: false }))
    expect(cacheOf(built)).toMatchObject([{ outcome: 'uncached' }])
    expect(existsSync(join(app.cachePath, 'phases/entries'))).toBe(false)
  })

  it('serves two builds of one key at once', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const built = await Promise.all([app.build(plan), app.build(plan), app.build(plan)])
    for (const { location } of built) expect(readFileSync(join(location, 'out/where'), 'utf8')).toBe(`${location}\n`)
    expect(cacheOf(await app.build(plan))).toMatchObject([{ outcome: 'hit' }])
    expect(readdirSync(join(app.cachePath, 'phases/tmp'))).toEqual([])
  })

  it('refuses outputs outside the app', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    for (const output of ['../x', '/etc', '.', 'a/../..']) {
      await expect(app.build({ phases: { install: { ...install, outputs: [output] } } })).rejects.toMatchObject({
        code: 'build.output-outside',
      })
    }
  })

  it('keeps caches inside the app between builds and out of releases', async () => {
    const app = createFixture({ 'in.txt': 'one' })
    const counting = {
      phases: {
        build: {
          cmds: ['echo x >> .cache/n; wc -l < .cache/n > count'],
          dependsOn: [],
          cacheDirectories: ['.cache'],
        },
      },
    }
    await app.build(counting)
    const { location } = await app.build(counting)
    expect(readFileSync(join(location, 'count'), 'utf8').trim()).toBe('2')
    expect(existsSync(join(location, '.cache'))).toBe(false)
  })
})
