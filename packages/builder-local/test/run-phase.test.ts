import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning } from '@hop3/core/processes'
import { describe, expect, it } from 'vitest'
import { cacheOf, createFixture, hostPath, localOptions, secretsOf } from './build-fixture.ts'

function phase(...cmds: string[]) {
  return { phases: { build: { cmds, dependsOn: [] } } }
}

describe('running phases', () => {
  it('runs them in order with the variables, the paths and nothing of our own environment', async () => {
    const app = createFixture({ 'bin/hello': '#!/bin/sh\necho hello from $0\n' })
    const plan = {
      variables: { A: 'plan', B: 'plan' },
      phases: {
        build: { cmds: ['hello > said'], dependsOn: ['setup'] },
        setup: {
          cmds: ['chmod +x bin/hello', 'env | sort > env'],
          dependsOn: [],
          variables: { B: 'phase' },
          paths: ['bin'],
          cacheDirectories: ['~/.cache/pip'],
        },
      },
    }
    const operators = { PATH: hostPath, HOME: join(app.root, 'user'), DOCKER_HOST: 'unix:///nowhere', SSH_AUTH_SOCK: '/nowhere' }
    const loginEnv = { AWS_ACCESS_KEY_ID: 'of the operator' }
    const { location } = await app.build(plan, { env: operators, loginEnv, secret: secretsOf({ HIDDEN: 'never named' }) })
    expect(readFileSync(join(location, 'said'), 'utf8')).toBe(`hello from ${join(location, 'bin/hello')}\n`)
    const env = readFileSync(join(location, 'env'), 'utf8')
    expect(
      env
        .split('\n')
        .filter((line) => !/^(?:_|PWD|OLDPWD|SHLVL|HOP3_PHASE)=/.test(line))
        .map((line) => line.split('=')[0]),
    ).toEqual(['A', 'B', 'HOME', 'PATH', 'PIP_CACHE_DIR', ''])
    expect(env).toContain('A=plan\nB=phase\n')
    expect(env).toContain(`PIP_CACHE_DIR=${app.cachePath}/tools/pip\n`)
    const phases = app.events.flatMap(({ phase: name, data }) =>
      data?.['kind'] === 'begin' || data?.['kind'] === 'end' ? [`${data['kind']} ${name}`] : [],
    )
    expect(phases).toEqual(['begin source', 'end source', 'begin setup', 'end setup', 'begin build', 'end build'])
  })

  it('ends with the phase what its commands left running, also in a session of its own', async () => {
    const app = createFixture()
    const { location } = await app.build(
      phase(
        'sleep 1000 & echo $! > pids',
        'setsid sh -c "trap : TERM; echo \\$\\$ >> pids; while :; do sleep 1; done" > /dev/null 2>&1 & sleep 0.3',
        'for pid in $(cat pids); do kill -0 $pid; done; cat pids > alive',
      ),
    )
    const pids = readFileSync(join(location, 'alive'), 'utf8').trim().split('\n').map(Number)
    expect(pids).toHaveLength(2)
    expect(await Promise.all(pids.map(isRunning))).toEqual([false, false])
  })

  it('says of a failing command its phase, exit code and last lines', async () => {
    const app = createFixture()
    const { release } = app.context()
    mkdirSync(release.path, { recursive: true })
    const failed = app.build(phase('true', 'for i in $(seq 30); do echo line $i; done; echo wrong >&2; exit 3', 'touch never'), { release })
    await expect(failed).rejects.toMatchObject({
      code: 'build.phase-failed',
      hint: expect.stringContaining('--verbose'),
      details: { phase: 'build', exitCode: 3 },
    })
    const error: unknown = await failed.catch((thrown: unknown) => thrown)
    if (!(error instanceof Error) || !('details' in error)) throw new Error('not an error')
    const { lines } = JSON.parse(JSON.stringify(error.details))
    expect(lines).toHaveLength(20)
    expect(lines).toContain('wrong')
    expect(error.message).toContain('exited with 3. Its last lines:')
    expect(readFileSync(join(release.path, 'build.log'), 'utf8')).toContain('line 1\nline 2\n')
    expect(existsSync(join(release.path, 'source/never'))).toBe(false)
  })

  it('stops at the first failing line of one command', async () => {
    const app = createFixture()
    await expect(app.build(phase('false\ntouch after'))).rejects.toMatchObject({ code: 'build.phase-failed', details: { exitCode: 1 } })
  })

  it.each([
    ['nosuchtool --flag', 'nosuchtool', 'Install nosuchtool, or add its directory to PATH.'],
    ['cd . && pdm install', 'pdm', 'Install it: `pip install pdm`.'],
    ['lein uberjar', 'lein', 'Install it: `apt-get install leiningen`.'],
    ['env bun install', 'bun', 'Install it: `npm install -g bun`.'],
  ])('names the missing program of %j', async (command, tool, hint) => {
    const app = createFixture()
    // No directory of the host: it may have any of them.
    await expect(app.build(phase(command), { env: { PATH: app.root } })).rejects.toMatchObject({
      code: 'build.tool-missing',
      details: { tool, phase: 'build' },
      hint,
    })
  })

  it('names the package of a missing part of Python', async () => {
    const app = createFixture()
    const says = 'echo "The virtual environment was not created successfully because ensurepip is not available."; exit 1'
    await expect(app.build(phase(says))).rejects.toMatchObject({
      code: 'build.tool-missing',
      hint: 'Install it: `apt-get install python3-venv`.',
    })
  })

  it('tells the Clojure CLI from the program of the same name', async () => {
    const app = createFixture()
    await expect(app.build(phase('echo "-P (No such file or directory)"; exit 1'))).rejects.toMatchObject({
      code: 'build.tool-missing',
      message: expect.stringContaining('lacks the Clojure CLI'),
      hint: expect.stringContaining('linux-install.sh'),
    })
  })

  it('misses an output that a person declares, naming the line, and not what a toolchain says there may be', async () => {
    const app = createFixture()
    const phases = { build: { cmds: ['true'], dependsOn: [], outputs: ['node_modules', 'out'] } }
    const missed = (): readonly string[] =>
      app.events.flatMap(({ text, level }) => (text.includes('made nothing there') ? [`${level}: ${text}`] : []))
    const layers = [
      { origin: 'node toolchain', plan: { phases }, origins: { phases: 'package.json' } },
      {
        origin: 'hop3.toml',
        plan: { phases: { build: { outputs: ['...', './out/'] } } },
        origins: { 'phases.build.outputs': 'hop3.toml:3:1' },
      },
    ]
    for (const cache of ['miss', 'hit']) {
      app.events.length = 0
      expect(cacheOf(await app.build({ phases }, {}, layers))).toMatchObject([{ outcome: cache }])
      expect(missed()).toEqual([
        'debug: Phase build declares the output node_modules, but made nothing there.',
        expect.stringMatching(/^warn: hop3\.toml:3:1: phase build declares the output out, but made nothing there\./),
      ])
    }
  })

  it('says which command repairs a lock file, with what npm misses in it', async () => {
    const packages = { '': { name: 'x', version: '1.0.0' } }
    const app = createFixture({
      'package.json': JSON.stringify({ name: 'x', version: '1.0.0', dependencies: { nowhere: 'file:./nowhere' } }),
      'nowhere/package.json': JSON.stringify({ name: 'nowhere', version: '1.0.0' }),
      'package-lock.json': JSON.stringify({ name: 'x', version: '1.0.0', lockfileVersion: 3, packages }),
    })
    await expect(app.build(phase('npm ci --offline'))).rejects.toMatchObject({
      code: 'build.phase-failed',
      message: expect.stringMatching(/npm error Missing: nowhere@.* from lock file/),
      hint: 'Bring package-lock.json up to date where the source is, with `npm install`, and deploy again.',
    })
    await expect(app.build(phase('npm ci --offline'))).rejects.not.toThrow('--install-strategy')
  })

  it.each([
    ['ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile"', 'pnpm install --no-frozen-lockfile'],
    ['error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.', 'yarn install'],
    ['error: lockfile had changes, but lockfile is frozen', 'bun install'],
    ['error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.', 'uv lock'],
    ['pyproject.toml changed significantly since poetry.lock was last generated.', 'poetry lock'],
    ['error: the lock file /app/Cargo.lock needs to be updated but --locked was passed', 'cargo update --workspace'],
    ['main.go:3:8: missing go.sum entry for module providing package x', 'go mod tidy'],
  ])('of %j it says how the lock file is repaired', async (says, command) => {
    const app = createFixture()
    const failed = app.build(phase(`echo '${says}' >&2; exit 1`))
    await expect(failed).rejects.toMatchObject({ code: 'build.phase-failed', hint: expect.stringContaining(`with \`${command}\``) })
  })

  it('ends a phase that takes too long, with everything it started', async () => {
    const app = createFixture()
    const failed = app.build(phase('sleep 61.7 & echo child $!; echo waiting; sleep 61.7'), localOptions({ timeout: 0.3 }))
    await expect(failed).rejects.toMatchObject({ code: 'build.timeout', details: { phase: 'build' } })
    await expect.poll(() => isAlive(childOf(app.events))).toBe(false)
  })

  it('ends everything when aborted, and leaves nothing in the cache', async () => {
    const app = createFixture()
    const controller = new AbortController()
    const plan = {
      phases: {
        build: { cmds: ['sleep 61.8 & echo child $!; mkdir out; wait'], dependsOn: [], outputs: ['out'], cacheDirectories: ['.cache'] },
      },
    }
    const building = app.build(plan, { signal: controller.signal })
    while (childOf(app.events) === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    controller.abort(new Error('stopped by the user'))
    await expect(building).rejects.toThrow('stopped by the user')
    await expect.poll(() => isAlive(childOf(app.events))).toBe(false)
    expect(existsSync(join(app.cachePath, 'phases/entries'))).toBe(false)
    expect(existsSync(join(app.cachePath, 'phases/tmp'))).toBe(false)
  })

  it('refuses an unknown option by name', async () => {
    const app = createFixture()
    await expect(app.build(phase('true'), localOptions({ timeot: 1 }))).rejects.toMatchObject({
      code: 'config.invalid',
      details: { key: 'build.local.timeot' },
    })
  })
})

function childOf(events: readonly { readonly text: string }[]): number {
  return Number(events.map(({ text }) => /^child (\d+)$/.exec(text)?.[1]).find((pid) => pid !== undefined) ?? 0)
}

/** A zombie whose parent has not looked yet has ended, too. */
function isAlive(pid: number): boolean {
  if (pid === 0) throw new Error('no child was seen')
  return existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
}
