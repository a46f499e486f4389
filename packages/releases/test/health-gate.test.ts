import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { join } from 'node:path'
import { systemClock, type Upstream } from '@hop3/core'
import { describeHealth, listeningAddresses, waitHealthy, type HealthProbe } from '@hop3/releases'
import { expect, onTestFinished, test } from 'vitest'
import { tempDirectory } from './temp-home.ts'

test.each([200, 204, 301, 399])('status %i is healthy', async (status) => {
  const upstream = await http((_, response) => response.writeHead(status).end())
  expect(await gate({ candidates: [upstream] })).toEqual({ state: 'healthy', upstream })
})

test.each([400, 404, 500])('status %i is not', async (status) => {
  const upstream = await http((_, response) => response.writeHead(status).end())
  const probe = { candidates: [upstream], path: '/up', timeoutSeconds: 0.2 }
  const outcome = await gate(probe)
  expect(outcome).toEqual({ state: 'unhealthy', saw: `status ${status}`, upstream })
  expect(describeHealth(outcome, probe)).toBe(`answered with status ${status} (GET /up at 127.0.0.1:${upstream.port})`)
})

test('asks for the path, as a server with host checks can accept it', async () => {
  const seen: string[] = []
  const upstream = await http((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host}`)
    response.end()
  })
  await gate({ candidates: [upstream], path: '/up and é?x=1' })
  expect(seen).toEqual(['GET /up%20and%20%C3%A9?x=1 localhost'])
})

test('waits for an instance that becomes healthy', async () => {
  let asked = 0
  const upstream = await http((_, response) => response.writeHead(++asked < 3 ? 503 : 200).end())
  expect(await gate({ candidates: [upstream] })).toEqual({ state: 'healthy', upstream })
  expect(asked).toBe(3)
})

test('without a path a connect is enough, on a port and on a socket', async () => {
  const port = await listen(createTcpServer(), { host: '127.0.0.1', port: 0 })
  expect(await gate({ candidates: [port], path: '' })).toEqual({ state: 'healthy', upstream: port })
  const socket = await listen(createTcpServer(), { path: join(await tempDirectory(), 'web.sock') })
  expect(await gate({ candidates: [socket], path: '' })).toEqual({ state: 'healthy', upstream: socket })
})

test('what another instance answers says nothing of this one', async () => {
  const upstream = await http((_, response) => response.end())
  let asked = 0
  expect(await gate({ candidates: [upstream], isAnothers: async () => ++asked < 3 })).toEqual({ state: 'healthy', upstream })
  expect(asked).toBe(3)
  const outcome = await gate({ candidates: [upstream], timeoutSeconds: 0.2, isAnothers: async () => true })
  expect(outcome).toEqual({ state: 'unhealthy', saw: 'refused', upstream })
})

test('of a port and a socket, the one that answers is the address', async () => {
  const path = join(await tempDirectory(), 'web.sock')
  const upstream = await listen(
    createServer((_, response) => response.end()),
    { path },
  )
  expect(await gate({ candidates: [await freePort(), { address: path, port: null }] })).toEqual({ state: 'healthy', upstream })
})

test('a check that takes longer than 5 s passes, asked once', { timeout: 20_000 }, async () => {
  let asked = 0
  const upstream = await http((_, response) => {
    asked++
    setTimeout(() => response.end(), 5_500)
  })
  expect(await gate({ candidates: [upstream], timeoutSeconds: 15 })).toEqual({ state: 'healthy', upstream })
  expect(asked).toBe(1)
})

test('says that nothing listens', async () => {
  const upstream = await freePort()
  const probe = { candidates: [upstream, { address: join(await tempDirectory(), 'no.sock'), port: null }], timeoutSeconds: 0.2, path: '/' }
  const outcome = await gate({ ...probe, listeningElsewhere: async () => [] })
  expect(outcome).toMatchObject({ state: 'unhealthy', saw: 'refused' })
  expect(describeHealth(outcome, probe)).toBe(`accepted no connection within 0.2 s (GET / at 127.0.0.1:${upstream.port})`)
})

test('says where it listens instead', async () => {
  const candidates = [await freePort()]
  const elsewhere = await http((_, response) => response.end())
  const outcome = await gate({ candidates, timeoutSeconds: 0.2, listeningElsewhere: () => listeningAddresses(process.pid) })
  expect(outcome).toMatchObject({ state: 'wrong-port' })
  expect(describeHealth(outcome, { candidates, path: '/', timeoutSeconds: 1 })).toMatch(
    new RegExp(
      `^listens on .*127\\.0\\.0\\.1:${elsewhere.port}.* instead of 127\\.0\\.0\\.1:${candidates[0]?.port}: it must listen on \\$PORT`,
    ),
  )
})

test('tells once where it has listened for some seconds, and goes on waiting for the right place', async () => {
  const upstream = await freePort()
  const told: (readonly string[])[] = []
  const looks = [['127.0.0.1:9229'], ['127.0.0.1:9229', '127.0.0.1:3000'], ['127.0.0.1:9229', '127.0.0.1:3000']]
  let [now, at] = [0, 0]
  const clock = { ...systemClock, monotonic: () => now, sleep: async (milliseconds: number) => void (now += milliseconds) }
  const probe = {
    candidates: [upstream],
    clock,
    listeningElsewhere: async () => looks[Math.min(at++, 2)] ?? [],
    tellElsewhere: (listening: readonly string[]) => void told.push(listening),
  }
  expect(await gate({ ...probe, timeoutSeconds: 8 })).toMatchObject({ state: 'wrong-port' })
  expect(told, 'another one has just come').toEqual([])
  at = 0
  expect(await gate({ ...probe, timeoutSeconds: 30 })).toMatchObject({ state: 'wrong-port' })
  expect([told, at], 'not asked again before time is up').toEqual([[looks[2]], 4])
})

test('says that it never answers', async () => {
  const upstream = await listen(createTcpServer(), { host: '127.0.0.1', port: 0 })
  expect(await gate({ candidates: [upstream], timeoutSeconds: 0.2 })).toMatchObject({ state: 'unhealthy', saw: 'timeout' })
})

test.each([
  ['closes at once', ''],
  ['speaks something else', 'SSH-2.0-OpenSSH\r\n'],
])('says that it gives no answer when it %s', async (_, greeting) => {
  const server = createTcpServer((socket) => socket.on('error', () => {}).end(greeting))
  const upstream = await listen(server, { host: '127.0.0.1', port: 0 })
  expect(await gate({ candidates: [upstream], timeoutSeconds: 0.2 })).toMatchObject({ state: 'unhealthy', saw: 'no answer' })
})

test('ends at once when the process has ended', async () => {
  const candidates = [await freePort()]
  expect(await gate({ candidates, timeoutSeconds: 3600, isAlive: async () => ({ exitCode: 3 }) })).toEqual({ state: 'exited', exitCode: 3 })
  expect(await gate({ candidates, timeoutSeconds: 3600, isAlive: async () => false })).toEqual({ state: 'exited', exitCode: null })
})

test('does not take another program on the port for an instance that ended', async () => {
  const upstream = await http((_, response) => response.end())
  let asked = 0
  const isAlive = async (): Promise<boolean> => ++asked === 1
  expect(await gate({ candidates: [upstream], isAlive })).toEqual({ state: 'exited', exitCode: null })
})

test('aborts with the reason of the signal', async () => {
  const stop = new AbortController()
  const waiting = gate({ candidates: [await freePort()], signal: stop.signal })
  stop.abort(new Error('the operator'))
  await expect(waiting).rejects.toThrow(/the operator|abort/)
})

function gate(change: Partial<HealthProbe>): ReturnType<typeof waitHealthy> {
  return waitHealthy({
    candidates: [],
    path: '/',
    timeoutSeconds: 10,
    isAlive: async () => true,
    clock: systemClock,
    signal: new AbortController().signal,
    ...change,
  })
}

function http(answer: RequestListener): Promise<Upstream> {
  return listen(createServer(answer), { host: '127.0.0.1', port: 0 })
}

async function listen(server: Server, at: { host: string; port: number } | { path: string }): Promise<Upstream> {
  const sockets = new Set<{ destroy(): unknown }>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => void server.listen(at, resolve))
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  if (typeof address === 'string') return { address, port: null }
  return { address: '127.0.0.1', port: address?.port ?? 0 }
}

async function freePort(): Promise<Upstream> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => void server.close(resolve))
  return { address: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 }
}
