import { createHash } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { silentLog } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { planApp, readAppConfig } from '../src/index.ts'
import { accessWith } from './access-with.ts'
import { rejectionOf } from './error-of.ts'

const text = '[phases.build]\ncmds = ["make"]\n[start]\ncmd = "./app"\n'
const digest = createHash('sha256').update(text).digest('hex')

async function serve(listener: RequestListener): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(stop)
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/plans/make.toml`, stop }
}

async function planWith(entry: string, home: string) {
  const sourcePath = await tempApp({ 'hop3.toml': `[build.plan]\nproviders = [${JSON.stringify(entry)}]\n` })
  const config = await readAppConfig({ sourcePath })
  return planApp({ appName: 'shop', sourcePath, config, toolchains: [], log: silentLog, access: accessWith(home) })
}

test('is fetched once; from then on planning is offline', async () => {
  const home = await tempApp()
  const server = await serve((_, response) => response.end(text))
  const entry = `${server.url}#sha256=${digest}`
  const first = await planWith(entry, home)
  expect(first).toMatchObject({ kind: 'process', plan: { providers: [entry], phases: { build: { cmds: ['make'] } } } })
  await server.stop()
  expect((await planWith(entry, home)).plan).toEqual(first.plan)
  await writeFile(join(home, 'cache/providers', digest), 'changed')
  expect(await rejectionOf(planWith(entry, home))).toMatchObject({ code: 'config.provider.fetch' })
})

test('of another content is refused, naming both digests, and nothing is kept', async () => {
  const home = await tempApp()
  const { url } = await serve((_, response) => response.end(text))
  const error = await rejectionOf(planWith(`${url}#sha256=${'0'.repeat(64)}`, home))
  expect(error).toMatchObject({ code: 'config.provider.hash', hint: expect.stringContaining(`#sha256=${digest}`) })
  expect(error.message).toContain(digest)
  expect(error.message).toContain('0'.repeat(64))
  expect(await readdir(home)).toEqual([])
})

test('without a digest is refused with the line to write', async () => {
  const { url } = await serve((_, response) => response.end(text))
  for (const entry of [url, `${url}#sha256=12`, `${url}#sha512=00`])
    expect(await rejectionOf(planWith(entry, await tempApp()))).toMatchObject({
      code: 'config.provider.no-hash',
      hint: expect.stringContaining(`"${url}#sha256=${digest}"`),
    })
  expect(await rejectionOf(planWith('http://127.0.0.1:1/x.toml', await tempApp()))).toMatchObject({
    hint: expect.stringContaining('sha256sum'),
  })
})

test('a file with a mistake is named by its URL, without the query', async () => {
  const broken = '[phases.build]\ncmd = []\n'
  const { url } = await serve((_, response) => response.end(broken))
  const entry = `${url}?token=x#sha256=${createHash('sha256').update(broken).digest('hex')}`
  expect(await rejectionOf(planWith(entry, await tempApp()))).toMatchObject({
    code: 'config.unknown-key',
    message: expect.stringContaining(`${url}:2:1: unknown key "cmd"`),
  })
})

test('a URL without s gets the line with one', async () => {
  for (const hash of ['', `#sha256=${digest}`])
    expect(await rejectionOf(planWith(`http://plans.example/make.toml${hash}`, await tempApp()))).toMatchObject({
      code: 'config.provider.url',
      hint: expect.stringMatching(/^Write "https:\/\/plans\.example\/make\.toml#sha256=…"/),
    })
})

test('follows three redirects and no more, and none away from this host', async () => {
  const { url } = await serve((request, response) => {
    const left = Number(new URL(request.url ?? '', 'http://x').searchParams.get('left') ?? 0)
    if (left > 0) response.writeHead(302, { location: `make.toml?left=${left - 1}` }).end()
    else response.end(text)
  })
  expect((await planWith(`${url}?left=3#sha256=${digest}`, await tempApp())).plan.phases).toHaveProperty('build')
  expect(await rejectionOf(planWith(`${url}?left=4#sha256=${digest}`, await tempApp()))).toMatchObject({
    message: expect.stringContaining('redirects more than 3'),
  })
  const away = await serve((_, response) => response.writeHead(301, { location: 'http://plans.example/x.toml' }).end())
  expect(await rejectionOf(planWith(`${away.url}#sha256=${digest}`, await tempApp()))).toMatchObject({ code: 'config.provider.url' })
})

test.each<[string, RequestListener, RegExp]>([
  ['an answer without end', (_, response) => void setInterval(() => response.write('x'.repeat(65_536)), 1).unref(), /larger than 1 MiB/],
  ['an error', (_, response) => response.writeHead(404).end('no'), /answers 404/],
  ['a connection cut off', (request) => request.socket.destroy(), /cannot fetch/],
])('%s is said', async (_what, listener, saw) => {
  const { url } = await serve(listener)
  expect(await rejectionOf(planWith(`${url}#sha256=${digest}`, await tempApp()))).toMatchObject({
    code: 'config.provider.fetch',
    message: expect.stringMatching(saw),
  })
})

test.each(['http://plans.example/x.toml', 'https://user:secret@plans.example/x.toml', 'https://[broken/x.toml'])(
  '%s is refused',
  async (url) => {
    const error = await rejectionOf(planWith(`${url}#sha256=${digest}`, await tempApp()))
    expect(error.code).toBe('config.provider.url')
  },
)
