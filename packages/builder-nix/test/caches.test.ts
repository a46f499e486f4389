/** Signed binary caches: a directory, and the same directory served. */
import { execFileSync } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { StoreContext } from '@hop3/core'
import type { LockHost } from '@hop3/core/lock'
import { describe, expect, it, onTestFinished } from 'vitest'
import { forgetCache, pushRelease, readCaches, trustCache } from '../src/tools.ts'
import { lacksNix, nixStage, shellDerivation, type NixStage } from './nix-stage.ts'

const app = `let dep = ${shellDerivation('dep', 'echo from the dependency > $out')}; in
  { package = ${shellDerivation('app', 'mkdir -p $out; echo "$dep" > $out/dep', 'inherit dep;')}; workers.web = "x"; }`

interface Pushed {
  readonly stage: NixStage
  readonly directory: string
  readonly key: (name: string) => string
  readonly tools: string
  readonly place: LockHost
}

function placeOf({ host }: NixStage): LockHost {
  return { toolsPath: join(host.home, 'tools'), log: host.log, signal: new AbortController().signal, clock: host.clock }
}

/** Built, pushed, and gone from the store. */
async function pushed(): Promise<Pushed> {
  const stage = await nixStage({ 'hop3.nix': app })
  const { host, env } = stage
  const { signal } = new AbortController()
  const tools = join(host.home, 'tools')
  const context: StoreContext = { env, toolsPath: tools, log: host.log, run: host.run, signal, clock: host.clock }
  const key = (name: string): string => join(host.directory, name)
  for (const name of ['own', 'other'])
    stage.nix('nix-store', '--generate-binary-cache-key', name, key(`${name}.secret`), key(`${name}.public`))
  const directory = join(host.directory, 'cache')
  await pushRelease(context, await stage.build(), `file://${directory}`, key('own.secret'))
  execFileSync('chmod', ['-R', 'u+w', join(host.directory, 'nix')])
  for (const name of ['NIX_STORE_DIR', 'NIX_STATE_DIR']) rmSync(env[name] ?? '', { recursive: true })
  return { stage, directory, key, tools, place: placeOf(stage) }
}

/** Null where nothing was built. */
const sandboxOf = (metadata: Readonly<Record<string, unknown>>): unknown => Reflect.get(Object(metadata['nix']), 'sandbox')

describe.skipIf(lacksNix())('a signed cache', { timeout: 60_000 }, () => {
  it('has what was pushed, so that nothing is built', async () => {
    const { stage, directory, key, place } = await pushed()
    await trustCache(place, `file://${directory}`, key('own.public'))
    const { location, metadata } = await stage.build()
    expect(sandboxOf(metadata)).toBeNull()
    expect(metadata).toMatchObject({
      cache: [{ reasons: [expect.stringMatching(/^fetched .*-dep$/), expect.stringMatching(/^fetched .*-app$/)] }],
    })
    expect(readFileSync(readFileSync(join(location, 'dep'), 'utf8').trim(), 'utf8')).toBe('from the dependency\n')
  })

  it('may be served', async () => {
    const { stage, directory, key, place } = await pushed()
    const server = createServer((request, response) => {
      const file = join(directory, request.url ?? '')
      if (!existsSync(file)) response.writeHead(404).end()
      else createReadStream(file).pipe(response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    await trustCache(place, `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, key('own.public'))
    expect(sandboxOf((await stage.build()).metadata)).toBeNull()
  })

  it('is not believed where another key signed what it has, or nobody did', async () => {
    const { stage, directory, key, place } = await pushed()
    await trustCache(place, `file://${directory}`, key('other.public'))
    expect(sandboxOf((await stage.build()).metadata), 'all is built').toBe(false)
    expect(await forgetCache(place, `file://${directory}`)).toEqual([])
    const unsigned = await pushed()
    for (const name of infosIn(unsigned.directory)) writeFileSync(name, readFileSync(name, 'utf8').replace(/^Sig: .*\n/m, ''))
    await trustCache(unsigned.place, `file://${unsigned.directory}`, unsigned.key('own.public'))
    expect(sandboxOf((await unsigned.stage.build()).metadata)).toBe(false)
  })

  it('is refused where what it has is not what was signed', async () => {
    const { stage, directory, key, place } = await pushed()
    await trustCache(place, `file://${directory}`, key('own.public'))
    const archives = readdirSync(join(directory, 'nar')).map((name) => join(directory, 'nar', name))
    expect(archives).toHaveLength(2)
    // One is in place of the other: whole, and something else.
    const [one = '', two = ''] = archives
    writeFileSync(one, readFileSync(two))
    writeFileSync(two, 'nothing')
    await expect(stage.build()).rejects.toMatchObject({ code: expect.stringMatching(/^(?:build|environment)\.nix-/) })
  })

  it('is asked by what its operator has named, and by nothing else', async () => {
    const { stage, directory, key, tools, place } = await pushed()
    for (const url of [`file://${directory}?trusted=1`, 'https://user@host', 'ftp://x', 'https://a b', directory])
      await expect(trustCache(place, url, key('own.public'))).rejects.toMatchObject({ code: 'usage.bad-value' })
    await expect(trustCache(place, `file://${directory}`, key('own.secret'))).rejects.toMatchObject({ code: 'usage.bad-value' })
    expect(readCaches(tools)).toEqual([])
    mkdirSync(tools, { recursive: true })
    writeFileSync(join(tools, 'nix-caches.json'), '[{"url": "file:///x?trusted=1", "key": "a"}]')
    await expect(stage.build()).rejects.toMatchObject({ code: 'config.nix-cache' })
  })
})

it('is trusted beside all others that are at the same moment', async () => {
  const stage = await nixStage({})
  const [place, file] = [placeOf(stage), join(stage.host.directory, 'key')]
  writeFileSync(file, `a:${'A'.repeat(43)}=`)
  const urls = Array.from({ length: 6 }, (_one, index) => `https://cache-${index}.example.com`)
  await Promise.all(urls.map(async (url) => trustCache(place, url, file)))
  expect(
    readCaches(place.toolsPath)
      .map(({ url }) => url)
      .toSorted(),
  ).toEqual(urls)
})

it.each([
  ['there is none', 'missing', 'There is no public key'],
  ['cannot be read', '.', 'Cannot read the key'],
  ['is none', 'key', 'holds no public key'],
])('says of a key that it %s', async (_what, name, message) => {
  const stage = await nixStage({ key: 'x' })
  const trusting = trustCache(placeOf(stage), 'https://cache.example.com', join(stage.source, name))
  await expect(trusting).rejects.toMatchObject({ message: expect.stringContaining(message) })
})

function infosIn(directory: string): readonly string[] {
  return readdirSync(directory).flatMap((name) => (name.endsWith('.narinfo') ? [join(directory, name)] : []))
}
