import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createLog, createRun, emptyDeployConfig, systemClock, type BuildArtifact, type DeploymentContext, type LogEvent } from '@hop3/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import plugin, { staticDeployer } from '../src/index.ts'

let base: string
let site: string
let events: LogEvent[]

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'hop3-static-'))
  site = join(base, 'release/source/public')
  events = []
  await write({ 'index.html': '<h1>home</h1>', 'docs/index.html': 'docs' })
})

afterEach(() => rm(base, { recursive: true, force: true }))

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(site, path)), { recursive: true })
    await writeFile(join(site, path), content)
  }
}

function context(change: Partial<DeploymentContext> = {}): DeploymentContext {
  const home = join(base, 'home')
  return {
    appName: 'blog',
    config: emptyDeployConfig,
    release: { id: 'r000001-00000001', path: join(base, 'release') },
    generation: 1,
    scale: {},
    directories: { home, run: join(base, 'run'), logs: join(base, 'logs'), data: join(base, 'data'), volumes: join(base, 'volumes') },
    appEnv: {},
    env: {},
    baseEnv: {},
    reservePort: () => Promise.reject(new Error('a site needs no port')),
    log: createLog({ sink: (event) => events.push(event), clock: systemClock }),
    run: createRun(),
    signal: new AbortController().signal,
    clock: systemClock,
    ...change,
  }
}

function artifact(change: Partial<BuildArtifact> = {}, workers: Record<string, string> = { static: site }): BuildArtifact {
  const runtime = {
    envVars: {},
    pathPrepend: [],
    workingDir: join(base, 'release/source'),
    workers,
    beforeRun: [],
    staticPaths: {},
    healthcheckPath: '',
    healthcheckTimeout: 30,
  }
  return {
    kind: 'static',
    location: join(base, 'release/source'),
    runtime,
    builder: 'local',
    appName: 'blog',
    builtAt: '',
    buildId: '',
    metadata: {},
    ...change,
  }
}

const texts = (level: string): string =>
  events
    .filter((event) => event.level === level)
    .map(({ text }) => text)
    .join('\n')

describe('the static deployer', () => {
  it('is what the plugin offers, and takes sites only', async () => {
    expect(plugin.deployers).toEqual([staticDeployer])
    expect(await staticDeployer.create(context(), artifact()).accept()).toMatchObject({ accepted: true })
    for (const other of [artifact({ kind: 'docker-image' }), artifact({ kind: 'python' }, { web: 'x' })]) {
      const verdict = await staticDeployer.create(context(), other).accept()
      expect(verdict.accepted).toBe(false)
      expect(verdict.reason).toMatch(/not a site of files/)
    }
  })

  it('refuses an app that is to run on a target', async () => {
    const config = { ...emptyDeployConfig, target: 'swarm', origins: { target: 'hop3.toml:2:1' } }
    expect(await staticDeployer.create(context({ config }), artifact()).accept()).toEqual({
      accepted: false,
      reason: '[deploy] target = "swarm" (hop3.toml:2:1) is none of its own',
    })
  })

  it('publishes the directory of the static worker, or the whole location', async () => {
    const expected = (address: string): object => ({ protocol: 'static', address, port: null, upstreams: [{ address, port: null }] })
    expect(await staticDeployer.create(context(), artifact()).deploy()).toEqual(expected(site))
    expect(await staticDeployer.create(context(), artifact({}, { static: 'public' })).deploy()).toEqual(expected(site))
    expect(await staticDeployer.create(context(), artifact({ location: site }, {})).deploy()).toEqual(expected(site))
    expect(texts('info')).toContain('2 files published')
  })

  it('keeps what is published over processes: beside each other after deploy, one after retire, none after stop', async () => {
    const first = staticDeployer.create(context(), artifact())
    await first.deploy()
    await first.deploy()
    const second = staticDeployer.create(context({ release: { id: 'r000002-00000002', path: base }, generation: 2 }), artifact())
    await second.deploy()
    expect((await first.status()).map(({ release }) => release)).toEqual(['r000001-00000001', 'r000002-00000002'])
    await second.retire?.()
    expect(await first.status()).toEqual([
      { app: 'blog', worker: 'static', ordinal: 1, release: 'r000002-00000002', generation: 2, state: 'running', pid: null, address: site },
    ])
    await rm(site, { recursive: true })
    expect(await second.status()).toMatchObject([{ state: 'failing' }])
    await second.stop()
    await second.stop()
    expect(await second.status()).toEqual([])
    expect(await readdir(join(base, 'home/static'))).toEqual([])
  })

  it('runs exactly one, and says why', async () => {
    const deployer = staticDeployer.create(context(), artifact())
    for (const delta of [1, -1, 5]) {
      await expect(deployer.scale({ static: delta })).rejects.toMatchObject({ code: 'config.scale' })
    }
    await expect(deployer.scale({ static: -1 })).rejects.toMatchObject({ hint: 'To take the site down: hop3 stop blog' })
    await deployer.scale({ static: 0 })
    expect(await deployer.status()).toHaveLength(1)
  })

  it('leaves out and reports what is hidden, and warns without an index.html', async () => {
    await write({ '.env': 'SECRET=1', '.git/config': '', 'docs/.htaccess': '', '.well-known/acme': 'token' })
    await symlink('.env', join(site, 'env.txt'))
    await symlink('nowhere', join(site, 'broken'))
    await symlink('docs/index.html', join(site, 'alias.html'))
    await rm(join(site, 'index.html'))
    await staticDeployer.create(context(), artifact()).deploy()
    expect(texts('info')).toContain('not published: ".env", ".git/", "broken", "docs/.htaccess", "env.txt"')
    expect(texts('info')).toContain('3 files published')
    expect(texts('warn')).toContain('has no index.html')
  })

  it('refuses links that leave the site, what is no file, nothing, and a directory that is not there', async () => {
    const deploy = (): Promise<unknown> => staticDeployer.create(context(), artifact()).deploy()
    for (const target of ['/etc/passwd', '../..', '../../../source']) {
      await symlink(target, join(site, 'docs/link'))
      await expect(deploy()).rejects.toMatchObject({ code: 'deploy.static.link', message: expect.stringContaining('"docs/link"') })
      await rm(join(site, 'docs/link'))
    }
    execFileSync('mkfifo', [join(site, 'a pipe')])
    await expect(deploy()).rejects.toMatchObject({
      code: 'deploy.static.special',
      message: expect.stringContaining('a named pipe'),
      hint: `Remove it: rm '${join(site, 'a pipe')}'`,
    })
    await rm(site, { recursive: true })
    await expect(deploy()).rejects.toMatchObject({ code: 'deploy.static.missing' })
    await write({ '.env': 'SECRET=1' })
    await expect(deploy()).rejects.toMatchObject({ code: 'deploy.static.empty', message: expect.stringContaining('".env"') })
    expect(await staticDeployer.create(context(), artifact()).status()).toEqual([])
  })

  it('stops when it is told to', async () => {
    const deployer = staticDeployer.create(context({ signal: AbortSignal.abort(new Error('enough')) }), artifact())
    await expect(deployer.deploy()).rejects.toThrow('enough')
  })
})

it('does what its README shows, in at most 60 lines', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  const body = (/```ts\n([^]*?)```/.exec(readme)?.[1] ?? '').replace(/^import .*$/m, '')
  // eslint-disable-next-line typescript/no-implied-eval -- the example is text
  const run: unknown = new Function(
    'staticDeployer',
    'context',
    'artifact',
    `return (async () => {${body}; return [address, await deployer.status()] })()`,
  )
  expect(typeof run === 'function' && (await run(staticDeployer, context(), artifact()))).toEqual([site, []])
})
