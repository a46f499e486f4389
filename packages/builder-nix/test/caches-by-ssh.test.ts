/** A store on another host as a signed cache, behind a real sshd. It lies at the same path there, and here somewhere else. */
import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildArtifact, StoreContext } from '@hop3/core'
import { lacksSshServer, ownSshServer, type OwnSshServer } from '@hop3/testing'
import { describe, expect, it } from 'vitest'
import { pushRelease, trustCache } from '../src/tools.ts'
import { lacksNix, nixStage, shellDerivation, type NixStage } from './nix-stage.ts'

const app = `let dep = ${shellDerivation('dep', 'echo from the dependency > $out')}; in
  { package = ${shellDerivation('app', 'mkdir -p $out; echo "$dep" > $out/dep', 'inherit dep;')}; workers.web = "x"; }`

interface Hosts {
  readonly stage: NixStage
  readonly server: OwnSshServer
  readonly artifact: BuildArtifact
  /** Where the other host's store really is. */
  readonly theirs: string
  readonly key: (name: string) => string
  readonly push: (url: string, key: string) => Promise<readonly string[]>
  readonly trust: (url: string, key?: string) => Promise<unknown>
  readonly build: () => Promise<BuildArtifact>
  /** Has this host lose what it built. */
  readonly forget: () => void
}

async function twoHosts(): Promise<Hosts> {
  const stage = await nixStage({ 'hop3.nix': app })
  const { host, env: own } = stage
  const there = join(host.directory, 'there')
  const { NIX_STORE_DIR: store = '', NIX_CONF_DIR: conf = '' } = own
  const server = await ownSshServer({
    NIX_REMOTE: `local?store=${store}&real=${there}/store&state=${there}/state&log=${there}/log`,
    NIX_STORE_DIR: store,
    NIX_CONF_DIR: conf,
  })
  const env = { ...own, PATH: `${server.bin}:${own['PATH']}` }
  const key = (name: string): string => join(host.directory, name)
  for (const name of ['own', 'other'])
    stage.nix('nix-store', '--generate-binary-cache-key', name, key(`${name}.secret`), key(`${name}.public`))
  const tools = join(host.home, 'tools')
  const { signal } = new AbortController()
  const place = { toolsPath: tools, log: host.log, signal, clock: host.clock }
  const context: StoreContext = { env, run: host.run, ...place }
  const artifact = await stage.build({ env })
  return {
    stage,
    server,
    artifact,
    theirs: join(there, 'store'),
    key,
    push: (url, name) => pushRelease(context, artifact, url, key(name)),
    trust: (url, name = 'own.public') => trustCache(place, url, key(name)),
    build: () => stage.build({ env }),
    forget: () => {
      execFileSync('chmod', ['-R', 'u+w', store])
      for (const path of [store, own['NIX_STATE_DIR'] ?? '']) rmSync(path, { recursive: true })
    },
  }
}

/** Null where nothing was built. */
const sandboxOf = ({ metadata }: BuildArtifact): unknown => Reflect.get(Object(metadata['nix']), 'sandbox')

describe.skipIf(lacksNix() || lacksSshServer())('a cache by ssh', { timeout: 120_000 }, () => {
  it('takes what is pushed, signed, and gives it to who trusts the key', async () => {
    const { artifact, server, push, trust, build, forget } = await twoHosts()
    expect(await push(`ssh://${server.host}`, 'own.secret')).toEqual([artifact.location])
    forget()
    await trust(`ssh://${server.host}`, 'other.public')
    expect(sandboxOf(await build()), 'another key: all is built').toBe(false)
    forget()
    await trust(`ssh://${server.host}`)
    const fetched = await build()
    expect(sandboxOf(fetched)).toBeNull()
    expect(fetched.metadata).toMatchObject({
      cache: [{ reasons: [expect.stringMatching(/^fetched .*-dep$/), expect.stringMatching(/^fetched .*-app$/)] }],
    })
    expect(readFileSync(readFileSync(join(fetched.location, 'dep'), 'utf8').trim(), 'utf8')).toBe('from the dependency\n')
  })

  it('is refused where what it has is not what was signed', async () => {
    const { server, theirs, push, trust, build, forget } = await twoHosts()
    await push(`ssh://${server.host}`, 'own.secret')
    forget()
    await trust(`ssh://${server.host}`)
    const changed = join(theirs, readdirSync(theirs).find((name) => name.endsWith('-dep')) ?? '')
    chmodSync(changed, 0o644)
    writeFileSync(changed, 'from somebody else\n')
    await expect(build()).rejects.toMatchObject({
      code: 'environment.nix-cache',
      message: expect.stringMatching(/what a cache has as dep is not what was signed\.$/),
    })
  })

  it('says in one error that its host does not answer, or lets nobody in', async () => {
    const { server, push, trust, build, forget } = await twoHosts()
    await expect(push(`ssh://${server.deadHost}`, 'own.secret')).rejects.toMatchObject({
      code: 'environment.nix-cache',
      message: expect.stringMatching(/cannot connect to 'hop3-test-dead' \(ssh: connect to host .*refused\)/),
      hint: expect.stringContaining('`ssh hop3-test-dead nix-store --version`'),
    })
    await expect(push(`ssh://${server.strangeHost}`, 'own.secret')).rejects.toMatchObject({
      message: expect.stringContaining('Permission denied'),
    })
    await expect(push(`ssh://${server.host}`, 'own.public')).rejects.toMatchObject({ code: 'environment.nix-cache' })
    forget()
    await trust(`ssh://${server.deadHost}`)
    await expect(build()).rejects.toMatchObject({
      code: 'environment.nix-cache',
      message: expect.stringMatching(/does not answer \(cannot connect to 'hop3-test-dead' \(ssh: connect to host .*refused\)\)\.$/),
    })
  })

  it.each(['ssh://-oProxyCommand=x', 'ssh://a b', 'ssh://host:22', 'ssh://host/path', 'ssh://u:p@host', 'ssh://host?trusted=1', 'ssh://'])(
    'is not named %s',
    async (url) => {
      const stage = await nixStage({ 'hop3.nix': app })
      const file = join(stage.host.directory, 'key')
      writeFileSync(file, `a:${'A'.repeat(43)}=`)
      const place = { toolsPath: join(stage.host.home, 'tools'), log: stage.host.log, clock: stage.host.clock }
      await expect(trustCache({ ...place, signal: new AbortController().signal }, url, file)).rejects.toMatchObject({
        code: 'usage.bad-value',
      })
    },
  )
})
