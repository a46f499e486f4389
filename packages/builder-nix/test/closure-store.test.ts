/** A release that Nix built, from one store to another at the same path: as on another host. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildArtifact, StoreContext } from '@hop3/core'
import { identifySelf } from '@hop3/core/processes'
import { checkBundle, exportBundle, importBundle } from '@hop3/releases/bundles'
import { describe, expect, it } from 'vitest'
import { nixBuilder } from '../src/index.ts'
import { pushRelease } from '../src/tools.ts'
import { lacksNix, nixStage, shellDerivation, type NixStage } from './nix-stage.ts'

const app = `let dep = ${shellDerivation('dep', 'echo from the dependency > $out')}; in
  { package = ${shellDerivation('app', 'mkdir -p $out/bin; echo "cat $dep" > $out/bin/run', 'inherit dep;')}; workers.web = "sh bin/run"; }`

interface Exported {
  readonly stage: NixStage
  readonly artifact: BuildArtifact
  readonly file: string
  readonly run: () => string
  readonly take: (file: string) => Promise<string>
}

const { signal } = new AbortController()

const contextOf = ({ host, env }: NixStage, change: Readonly<Record<string, string>> = {}): StoreContext => ({
  env: { ...env, ...change },
  toolsPath: join(host.home, 'tools'),
  cachePath: join(host.home, 'cache'),
  log: host.log,
  run: host.run,
  signal,
  clock: host.clock,
})

async function exported(): Promise<Exported> {
  const stage = await nixStage({ 'hop3.nix': app })
  const { builder, context } = await stage.builder()
  const artifact = await builder.build()
  const file = join(stage.host.directory, 'app.hop3')
  const { home, log } = stage.host
  const store = nixBuilder.store?.(contextOf(stage))
  await exportBundle({
    artifact,
    appName: 'shop',
    releasePath: context.release.path,
    home,
    user: undefined,
    store,
    output: file,
    log,
    signal,
  })
  return {
    stage,
    artifact,
    file,
    run: () => execFileSync('sh', ['bin/run'], { cwd: artifact.location, encoding: 'utf8' }),
    take: async (some) => {
      const bundle = await checkBundle(some, { signal })
      const unpack = await importBundle(bundle, { appName: 'shop', home, env: stage.env, run: stage.host.run, signal, store })
      const path = join(home, 'apps/shop/releases/r000009-1f3a9c2e')
      mkdirSync(path, { recursive: true })
      await unpack({ id: 'r000009-1f3a9c2e', path, buildId: '1f3a9c2e' })
      return path
    },
  }
}

/** Another host's: at the same path, with nothing in it. */
function emptyStore({ env, host }: NixStage): void {
  execFileSync('chmod', ['-R', 'u+w', join(host.directory, 'nix')])
  for (const name of ['NIX_STORE_DIR', 'NIX_STATE_DIR']) rmSync(env[name] ?? '', { recursive: true })
  rmSync(join(host.home, 'apps'), { recursive: true })
}

describe.skipIf(lacksNix())('a release in a bundle', { timeout: 60_000 }, () => {
  it('is written without what killed exports have left, which goes, and beside one that is under way', async () => {
    const stage = await nixStage({ 'hop3.nix': app })
    const { builder } = await stage.builder()
    const artifact = await builder.build()
    const store = nixBuilder.store?.(contextOf(stage))
    const cache = join(stage.host.home, 'cache')
    const left = (): readonly string[] => readdirSync(cache).filter((name) => name.startsWith('hop3-closure-'))
    // As a version that named no owner has left it; and one whose owner is no process any more.
    mkdirSync(join(cache, 'hop3-closure-a1B2c3'), { recursive: true })
    const dead = { ...(await identifySelf()), pid: 2 ** 22 - 1, started: '1' }
    mkdirSync(join(cache, 'hop3-closure-killed'))
    symlinkSync(JSON.stringify(dead), join(cache, 'hop3-closure-killed.owner'))
    const pieces = store?.save(artifact)[Symbol.asyncIterator]()
    await pieces?.next()
    const own = left()
    expect(own).toEqual([expect.stringMatching(/-[0-9a-f]{12}$/), expect.stringMatching(/-[0-9a-f]{12}\.owner$/)])
    for await (const piece of store?.save(artifact) ?? []) expect(piece.length).toBeGreaterThan(0)
    expect(left(), 'of a command that lives').toEqual(own)
    await pieces?.return?.()
    expect(left()).toEqual([])
  })

  it('brings all it needs into another store, runs there, and is kept from the garbage collector', async () => {
    const { stage, file, run, take, artifact } = await exported()
    const said = run()
    emptyStore(stage)
    expect(existsSync(artifact.location)).toBe(false)
    const path = await take(file)
    stage.nix('nix-collect-garbage')
    expect(run()).toBe(said)
    expect(readdirSync(path).toSorted()).toContain('gcroot')
    rmSync(path, { recursive: true })
    stage.nix('nix-collect-garbage')
    expect(existsSync(artifact.location)).toBe(false)
  })

  it('is refused where its closure was changed or cut off, and leaves nothing in the store', async () => {
    const { stage, file, take, artifact } = await exported()
    emptyStore(stage)
    const bytes = readFileSync(file)
    const at = bytes.indexOf('from the dependency')
    const changed = Buffer.from(bytes)
    changed.write('From', at)
    for (const [some, code] of [
      [changed, 'artifact.bundle-digest'],
      [bytes.subarray(0, at), 'artifact.bundle'],
    ] as const) {
      writeFileSync(`${file}.bad`, some)
      await expect(take(`${file}.bad`)).rejects.toMatchObject({ code })
    }
    expect(existsSync(artifact.location)).toBe(false)
  })

  it('is refused by Nix where the file is whole and the closure is not', async () => {
    const { stage, artifact } = await exported()
    const store = nixBuilder.store?.(contextOf(stage))
    const pieces: Uint8Array[] = []
    for await (const piece of store?.save(artifact) ?? []) pieces.push(piece)
    emptyStore(stage)
    const cut = Buffer.concat(pieces).subarray(0, 500)
    const loading = store?.load(
      artifact,
      (async function* bytes() {
        yield cut
      })(),
      stage.host.directory,
    )
    await expect(loading).rejects.toMatchObject({ code: 'artifact.damaged' })
    expect(existsSync(artifact.location)).toBe(false)
  })

  it('is refused by a host whose store lies elsewhere', async () => {
    const { stage, artifact } = await exported()
    const other = nixBuilder.store?.(contextOf(stage, { NIX_STORE_DIR: '/elsewhere/store' }))
    await expect(other?.check?.(artifact)).rejects.toMatchObject({ code: 'artifact.foreign' })
  })

  it('is kept from the garbage collector for another release as well', async () => {
    const { stage, artifact } = await exported()
    const store = nixBuilder.store?.(contextOf(stage))
    const path = join(stage.host.home, 'apps/shop/releases/r000008-1f3a9c2e')
    mkdirSync(path, { recursive: true })
    await store?.keep?.(artifact, path)
    rmSync(join(stage.host.home, 'apps/shop/releases/r000001-1f3a9c2e'), { recursive: true })
    stage.nix('nix-collect-garbage')
    expect(existsSync(artifact.location)).toBe(true)
    rmSync(path, { recursive: true })
    stage.nix('nix-collect-garbage')
    await expect(store?.keep?.(artifact, stage.host.directory)).rejects.toMatchObject({ code: 'artifact.missing' })
  })

  it('is said to be missing where its paths have gone', async () => {
    const { stage, artifact } = await exported()
    emptyStore(stage)
    const saving = async (): Promise<void> => {
      for await (const _piece of nixBuilder.store?.(contextOf(stage))?.save(artifact) ?? []) return
    }
    await expect(saving()).rejects.toMatchObject({ code: 'artifact.missing' })
  })

  it('is not missing or damaged where the host is to blame', async () => {
    const { stage, artifact } = await exported()
    const store = nixBuilder.store?.(contextOf(stage, { NIX_REMOTE: 'daemon', NIX_DAEMON_SOCKET_PATH: '/nonexistent/socket' }))
    const code = 'environment.nix-daemon'
    await expect(read(store?.save(artifact))).rejects.toMatchObject({ code, message: expect.not.stringContaining('Cannot build') })
    const bytes = nixBuilder.store?.(contextOf(stage))?.save(artifact) ?? none()
    await expect(store?.load(artifact, bytes, stage.host.directory)).rejects.toMatchObject({ code })
    await expect(store?.keep?.(artifact, stage.host.directory)).rejects.toMatchObject({ code })
    await expect(store?.verify?.(artifact)).rejects.toMatchObject({ code })
  })

  it('is written where the caller has room for it, and nothing of it stays', async () => {
    const { stage, artifact } = await exported()
    const cache = join(stage.host.home, 'cache')
    const during: string[] = []
    for await (const _piece of nixBuilder.store?.(contextOf(stage))?.save(artifact) ?? []) during.push(...readdirSync(cache))
    expect(during[0]).toMatch(/^hop3-closure-/)
    expect(readdirSync(cache).filter((name) => name.startsWith('hop3-closure-'))).toEqual([])
  })

  it.each(['--option', 'post-build-hook', '', '..', '/nix/store', 1])('names nothing but paths of the store: %s', async (path) => {
    const { stage, artifact } = await exported()
    const store = nixBuilder.store?.(contextOf(stage))
    const foreign = { ...artifact, metadata: { ...artifact.metadata, nix: { paths: [artifact.location, path] } } }
    const damaged = { code: 'artifact.damaged', message: expect.stringContaining('is no path of a Nix store') }
    await expect(read(store?.save(foreign))).rejects.toMatchObject(damaged)
    await expect(store?.load(foreign, none(), stage.host.directory)).rejects.toMatchObject(damaged)
    await expect(store?.keep?.(foreign, stage.host.directory)).rejects.toMatchObject(damaged)
    await expect(store?.verify?.(foreign)).rejects.toMatchObject(damaged)
    await expect(pushRelease(contextOf(stage), foreign, 'file:///nonexistent', '/etc/hostname')).rejects.toMatchObject(damaged)
  })
})

async function* none(): AsyncGenerator<Uint8Array> {}

async function read(pieces: AsyncIterable<Uint8Array> = none()): Promise<void> {
  for await (const _piece of pieces) continue
}

describe.skipIf(lacksNix())('verifying a release', { timeout: 60_000 }, () => {
  it('finds what was changed or has gone, and nothing where all is well', async () => {
    const { stage, artifact } = await exported()
    const store = nixBuilder.store?.(contextOf(stage))
    expect(await store?.verify?.(artifact)).toEqual([])
    const [dep = ''] = stage
      .nix('nix-store', '-qR', artifact.location)
      .split('\n')
      .filter((path) => path.endsWith('-dep'))
    execFileSync('chmod', ['u+w', dep])
    writeFileSync(dep, 'something else')
    expect(await store?.verify?.(artifact)).toEqual([`${dep} is not as it was built.`])
    emptyStore(stage)
    expect(await store?.verify?.(artifact)).toEqual([`${artifact.location} is not in the Nix store.`])
  })
})
