import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import { exchange, get, startProxy, startRawUpstream, startUpstream, statusOf, to, until } from './harness.ts'

describe('a client that cheats', () => {
  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: blog.localhost\r\n\r\n'
  const attempts: Readonly<Record<string, string>> = {
    'two lengths': `POST / HTTP/1.1\r\nHost: blog.localhost\r\nContent-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    'a length and a coding': `POST / HTTP/1.1\r\nHost: blog.localhost\r\nContent-Length: ${smuggled.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'an obscured coding': `POST / HTTP/1.1\r\nHost: blog.localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a coding after a space': `POST / HTTP/1.1\r\nHost: blog.localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a folded header': `POST / HTTP/1.1\r\nHost: blog.localhost\r\nX: 1\r\n Transfer-Encoding: chunked\r\n\r\n`,
    'bare line feeds': `GET / HTTP/1.1\nHost: blog.localhost\n\n`,
    'a bad chunk size': `POST / HTTP/1.1\r\nHost: blog.localhost\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${smuggled}`,
    'two hosts': `GET / HTTP/1.1\r\nHost: blog.localhost\r\nHost: other.localhost\r\nConnection: close\r\n\r\n`,
    'no host': `GET / HTTP/1.1\r\nConnection: close\r\n\r\n`,
    'a host that is none': `GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`,
    'a NUL in a header': `GET / HTTP/1.1\r\nHost: blog.localhost\r\nX: a\0b\r\nConnection: close\r\n\r\n`,
    'a target that is no path': `GET blog HTTP/1.1\r\nHost: blog.localhost\r\nConnection: close\r\n\r\n`,
  }
  for (const [name, text] of Object.entries(attempts)) {
    it(`with ${name} gets 400, and the app sees no second request`, async () => {
      const { port, requests } = await startUpstream((request, response) => void request.resume().on('end', () => response.end('ok')))
      const proxy = await startProxy(to(port))
      const answer = await exchange(proxy.port, text)
      expect(answer.text).toMatch(/HTTP\/1\.1 400 |^$/)
      expect(answer.text).not.toContain(' 200 ')
      expect(requests.filter(({ url }) => url === '/smuggled')).toEqual([])
    })
  }

  it('with CONNECT gets no tunnel', async () => {
    const proxy = await startProxy(to(1))
    expect(statusOf(await exchange(proxy.port, 'CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n'))).toBe(405)
  })

  it('with a head larger than the bound gets 431', async () => {
    const proxy = await startProxy(to(1))
    expect(statusOf(await exchange(proxy.port, get('/', [`X: ${'a'.repeat(40_000)}`])))).toBe(431)
  })

  it('with a verification header but not the token is an ordinary client', async () => {
    const { port } = await startUpstream((request, response) => response.end(String(request.headers['hop3-verify'])))
    const proxy = await startProxy(to(port))
    const { text } = await exchange(proxy.port, get('/', ['Hop3-Verify: guess']))
    expect(text).toContain('guess')
    expect(text.toLowerCase()).not.toContain('hop3-release')
  })
})

describe('a client that dawdles', () => {
  it('over its headers is ended', async () => {
    const proxy = await startProxy(to(1), { headersTimeout: 200 })
    const answer = await exchange(proxy.port, 'GET / HTTP/1.1\r\nHost: blog.localhost\r\nX-Slow: ', (socket) => {
      const drip = setInterval(() => socket.write('a'), 20)
      socket.on('close', () => clearInterval(drip))
    })
    expect(statusOf(answer)).toBe(408)
  })

  it('over its body is ended, and the app is told', async () => {
    let aborted = false
    const { port } = await startUpstream((request) => {
      request.on('error', () => {
        aborted = true
      })
      request.resume()
    })
    const proxy = await startProxy(to(port), { bodyIdleTimeout: 150 })
    await exchange(proxy.port, get('/', ['Content-Length: 10'], 'POST') + 'abc')
    await until(() => aborted)
    expect(proxy.log.join()).not.toContain('uncaught')
  })

  it('over its whole request is ended', async () => {
    const { port } = await startUpstream((request) => void request.resume().on('error', () => {}))
    const proxy = await startProxy(to(port), { requestTimeout: 300, headersTimeout: 200 })
    const answer = await exchange(proxy.port, get('/', ['Content-Length: 100000'], 'POST'), (socket) => {
      const drip = setInterval(() => socket.write('a'), 20)
      socket.on('close', () => clearInterval(drip))
    })
    expect(answer.text).not.toContain(' 200 ')
  })

  it('over reading the answer is ended, and the app is told', async () => {
    let closed = false
    const { port } = await startUpstream((_request, response) => {
      response.on('close', () => {
        closed = true
      })
      response.write(Buffer.alloc(30_000_000))
    })
    const proxy = await startProxy(to(port), { sendIdleTimeout: 200 })
    const socket = createConnection(proxy.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.pause()
    socket.write(get('/'))
    await until(() => closed)
    expect(closed).toBe(true)
    socket.destroy()
  })
})

describe('an upstream that misbehaves', () => {
  const answers: Readonly<Record<string, string>> = {
    'no HTTP': 'SSH-2.0-OpenSSH\r\n\r\n',
    'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'a broken header': 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
    'a control character in a header': 'HTTP/1.1 200 OK\r\nX: a\x01b\r\n\r\n',
    'a control character in its reason': 'HTTP/1.1 200 O\x01K\r\n\r\n',
    'two codings': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    'two codings in two lines': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'an unknown coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok',
    'a coding in HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    'a switch nobody asked for': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
    'a huge head': `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
    nothing: '',
  }
  for (const [name, text] of Object.entries(answers)) {
    it(`with ${name} is a 502`, async () => {
      const { port } = await startRawUpstream((socket) => void socket.once('data', () => socket.end(text)))
      const proxy = await startProxy(to(port))
      expect(statusOf(await exchange(proxy.port, get('/')))).toBe(502)
    })
  }

  for (const [name, head] of [
    ['a length', 'Content-Length: 100\r\n\r\nhalf'],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['a bad chunk', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalfnot\r\n'],
    ['a control character in a trailer', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\nX: a\x01b\r\n\r\n'],
  ] as const) {
    it(`that ends within a body of ${name} does not look complete to the client`, async () => {
      const { port } = await startRawUpstream((socket) => {
        socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${head}`))
      })
      const proxy = await startProxy(to(port))
      const answer = await exchange(proxy.port, get('/'))
      expect(answer.reset).toBe(true)
      expect(answer.text).not.toMatch(/0\r\n\r\n$/)
    })
  }

  it('that says more than it should is not asked again on that connection', async () => {
    const { port, sockets } = await startRawUpstream((socket) => {
      socket.on('data', () =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'),
      )
    })
    const proxy = await startProxy(to(port))
    for (let count = 0; count < 3; count++) expect((await exchange(proxy.port, get('/'))).text).not.toContain('poison')
    expect(sockets.length).toBe(3)
  })
})
