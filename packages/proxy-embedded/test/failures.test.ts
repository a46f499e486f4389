import { describe, expect, it } from 'vitest'
import { freePort } from '@hop3/testing'
import { bodyOf, exchange, get, startProxy, startRawUpstream, startUpstream, statusOf, to, until } from './harness.ts'

const answer = (text: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`

describe('an app that cannot answer', () => {
  it('is 502 when it refuses, 504 when it is silent, 503 when it has no instance, in one plain line', async () => {
    const silent = await startRawUpstream(() => {})
    const proxy = await startProxy(to(await freePort()), { responseTimeout: 150, restartPatience: 200 })
    const refused = await exchange(proxy.port, get('/'))
    expect([statusOf(refused), bodyOf(refused)]).toEqual([502, '502 Bad Gateway: the app does not accept connections.\n'])
    expect(proxy.log.join('\n')).toMatch(/blog: 127\.0\.0\.1:\d+: connect: .*ECONNREFUSED/)
    await proxy.put(to(silent.port))
    expect(statusOf(await exchange(proxy.port, get('/')))).toBe(504)
    await proxy.put(to())
    expect(statusOf(await exchange(proxy.port, get('/')))).toBe(503)
  })

  it('is passed over for another instance, also by a request with a body, when nothing was sent yet', async () => {
    const { port, requests } = await startUpstream((request, response) => void request.pipe(response.setHeader('Content-Length', 2)))
    const proxy = await startProxy(to(await freePort(), port, await freePort()))
    for (let count = 0; count < 6; count++) {
      expect(bodyOf(await exchange(proxy.port, get('/', ['Content-Length: 2'], 'POST') + 'ok'))).toBe('ok')
    }
    expect(requests.length).toBe(6)
  })
})

describe('an app that is started again', () => {
  it('is waited for, also by a request with a body', async () => {
    const port = await freePort()
    const proxy = await startProxy(to(port))
    const asking = [exchange(proxy.port, get('/')), exchange(proxy.port, get('/', ['Content-Length: 2'], 'POST') + 'ok')]
    await until(() => proxy.log.some((line) => line.includes('ECONNREFUSED')))
    await startUpstream((request, response) => void request.resume().on('end', () => response.end('back')), port)
    expect((await Promise.all(asking)).map(bodyOf)).toEqual(['back', 'back'])
  })
})

describe('a connection that dies', () => {
  it('between two requests costs nothing: the next is sent again on a fresh one', async () => {
    // Kept open after the first answer, cut when the second request arrives: what a server does that closes idle connections.
    const { port, sockets } = await startRawUpstream((socket, count) => {
      let requests = 0
      socket.on('data', () => (++requests > 1 ? socket.destroy() : socket.write(answer(`connection ${count}`))))
    })
    const proxy = await startProxy(to(port))
    expect(bodyOf(await exchange(proxy.port, get('/')))).toBe('connection 1')
    expect(bodyOf(await exchange(proxy.port, get('/')))).toBe('connection 2')
    expect(sockets.length).toBe(2)
  })

  it('is never risked for a request that must not be repeated: it gets a connection of its own', async () => {
    const { port } = await startRawUpstream((socket, count) => {
      let requests = 0
      socket.on('data', () => (++requests > 1 ? socket.destroy() : socket.write(answer(`connection ${count}`))))
    })
    const proxy = await startProxy(to(port))
    expect(bodyOf(await exchange(proxy.port, get('/')))).toBe('connection 1')
    expect(bodyOf(await exchange(proxy.port, get('/', ['Content-Length: 2'], 'POST') + 'ok'))).toBe('connection 2')
    expect(bodyOf(await exchange(proxy.port, get('/', [], 'DELETE')))).toBe('connection 3')
  })

  it('with its worker within a request sends that to another instance when it may be repeated, and to none when not', async () => {
    let killed = 0
    const dying = await startRawUpstream((socket) => void socket.on('data', () => void (killed++, socket.destroy())))
    const living = await startRawUpstream((socket) => void socket.on('data', () => socket.write(answer('alive'))))
    const proxy = await startProxy(to(dying.port, living.port))
    for (let count = 0; count < 4; count++) expect(bodyOf(await exchange(proxy.port, get('/')))).toBe('alive')
    expect(killed).toBeGreaterThan(0)
    const posts = [await exchange(proxy.port, get('/', [], 'POST')), await exchange(proxy.port, get('/', [], 'POST'))]
    expect(posts.map(statusOf).toSorted((one, other) => one - other)).toEqual([200, 502])
  })
})

it('aborts the request to the app when the client goes away', async () => {
  let aborted = 0
  const { port } = await startUpstream((request, response) => {
    response.on('close', () => void (aborted += response.writableFinished ? 0 : 1))
    if (request.url === '/begun') response.write('begun')
  })
  const proxy = await startProxy(to(port))
  const waiting = exchange(proxy.port, get('/waiting'), (socket) => void setTimeout(() => socket.destroy(), 100))
  const begun = exchange(proxy.port, get('/begun'), (socket) => void socket.on('data', () => socket.destroy()))
  await Promise.all([waiting, begun])
  await until(() => aborted === 2)
  expect(aborted).toBe(2)
})

it('closes connections it has kept idle for long, and all of a retired route', async () => {
  let open = 0
  const { port, server } = await startUpstream((_request, response) => response.end('ok'))
  server.on('connection', (socket) => {
    open++
    socket.on('close', () => open--)
  })
  const proxy = await startProxy(to(port), { upstreamIdleTimeout: 100 })
  await exchange(proxy.port, get('/'))
  expect(open).toBe(1)
  await until(() => open === 0)
  await exchange(proxy.port, get('/'))
  expect(open).toBe(1)
  await proxy.put(to(await freePort()))
  await until(() => open === 0)
})

it("does not take an app's port for somebody else's while it begins to listen there itself", async () => {
  const proxy = await startProxy(to(await freePort()))
  const port = await freePort()
  await Promise.all([proxy.server.listeners.open(port), proxy.server.listeners.open(port)])
  expect(proxy.server.listeners.has(port)).toBe(true)
})
