import { mkdirSync, rmSync } from 'node:fs'
import { createLog, createRun, systemClock, type Proxy, type ProxyContext, type Route } from '@hop3/core'
import { readdir, readlink, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@hop3/testing'
import { beforeEach, expect, it } from 'vitest'
import { embeddedProxy } from '../src/index.ts'
import { bodyOf, exchange, get, onEnd, startUpstream, temporaryDirectory } from './harness.ts'

let home: string
let context: ProxyContext
let proxy: Proxy
let route: (change?: Partial<Route>) => Route
let appPort: number

beforeEach(async () => {
  home = await temporaryDirectory()
  appPort = await freePort()
  const upstream = await startUpstream((_request, response) => response.end('good'))
  context = {
    directories: { home, run: join(home, 'run'), logs: join(home, 'logs') },
    listen: { address: '127.0.0.1', port: await freePort() },
    env: { PATH: process.env['PATH'] ?? '' },
    log: createLog({ sink: () => {}, clock: systemClock }),
    run: createRun(),
    signal: new AbortController().signal,
    clock: systemClock,
  }
  proxy = embeddedProxy.create(context)
  onEnd(() => proxy.stop?.())
  route = (change = {}) => ({
    appName: 'blog',
    release: 'r000001-00000001',
    hosts: ['www.example.com'],
    protocol: 'http',
    upstreams: [{ address: '127.0.0.1', port: upstream.port }],
    staticPaths: {},
    port: appPort,
    spa: false,
    ...change,
  })
})

it('touches neither file nor route when the last good one cannot be read', async () => {
  await proxy.apply(route())
  const file = join(home, 'proxy/routes/blog.json')
  await rm(file)
  await symlink('blog.json', file) // a file system that fails to read it, for anybody
  const refused = { address: '127.0.0.1', port: await freePort() }
  await expect(proxy.apply(route({ release: 'r000002-00000002', upstreams: [refused] }))).rejects.toMatchObject({
    code: 'deploy.proxy.failed',
    message: expect.stringContaining('ELOOP'),
  })
  expect(await readlink(file)).toBe('blog.json')
  expect(bodyOf(await exchange(appPort, get('/')))).toBe('good')
})

it('goes the whole way back where a step of it fails, and says what the first failure was', async () => {
  const routes = join(home, 'proxy/routes')
  // Something else is in the place of the first file by the time it is to go.
  const log = createLog({
    clock: systemClock,
    sink: ({ text }) => {
      if (!/ lead to /.test(text)) return
      rmSync(join(routes, 'blog.json'))
      mkdirSync(join(routes, 'blog.json'))
      throw new Error('the log is full')
    },
  })
  const talking = embeddedProxy.create({ ...context, log })
  const [blog, shop] = [route(), route({ appName: 'shop', hosts: ['shop.example'], port: await freePort() })]
  const failure: unknown = await talking.applyAll?.([blog, shop]).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'deploy.proxy.failed', message: expect.stringContaining('the log is full') })
  expect(failure).toMatchObject({
    message: expect.stringContaining('not all could be put back as it was'),
    hint: expect.stringContaining(home),
  })
  expect(await readdir(routes)).toEqual(['blog.json'])
  expect(await exchange(shop.port, get('/'))).toEqual({ text: '', reset: true })
  await rm(join(routes, 'blog.json'), { recursive: true })
})

it('says beforehand what names it cannot have, with the place they were written', async () => {
  const check = async (appName: string, ...hosts: string[]): Promise<unknown> =>
    proxy.check?.({ appName, hosts, origin: 'hop3.toml:2:1' }).catch((error: unknown) => error)
  expect(await check('shop', 'www.example.com')).toBeUndefined()
  await proxy.apply(route())
  await proxy.stop?.()
  const taken = 'hop3.toml:2:1: Cannot route shop: the host name www.example.com belongs to the app blog.'
  expect(await check('shop', 'shop.example', 'WWW.example.com')).toMatchObject({ code: 'deploy.proxy.host-taken', message: taken })
  expect(await check('shop', 'blog.localhost')).toMatchObject({ code: 'deploy.proxy.host-taken' })
  expect(await check('blog', 'www.example.com')).toBeUndefined()
  expect(await check('shop', '_')).toBeUndefined()
  const wildcard = 'hop3.toml:2:1: Cannot route shop: the embedded proxy knows no wildcards such as "*.example.com".'
  expect(await check('shop', '*.example.com')).toMatchObject({ code: 'deploy.proxy.route', message: wildcard })
  expect(await readdir(join(home, 'proxy'))).not.toContain('server.json')
})

it('says which process runs, and none before the first route', async () => {
  expect(await proxy.running?.()).toBeUndefined()
  const url = await proxy.apply(route())
  const running = await proxy.running?.()
  expect(url).toContain(`:${running?.port}`)
  process.kill(running?.pid ?? 0, 'SIGKILL')
  while ((await proxy.running?.()) !== undefined) await new Promise((resolve) => void setTimeout(resolve, 10))
})
