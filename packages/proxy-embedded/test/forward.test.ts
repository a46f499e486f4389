import { createHash, randomBytes } from 'node:crypto'
import { request as httpRequest, type RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  bodyOf,
  exchange,
  get,
  headerOf,
  startProxy,
  startRawUpstream,
  startUpstream,
  statusOf,
  temporaryDirectory,
  to,
  until,
} from './harness.ts'

const echo: RequestListener = (request, response) => {
  response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.rawHeaders }))
}

describe('requests', () => {
  it('reach the app by host name and by its own port', async () => {
    const { port } = await startUpstream(echo)
    const proxy = await startProxy({ ...to(port), hosts: ['blog.example.com'] })
    for (const [at, host] of [
      [proxy.port, 'blog.localhost'],
      [proxy.port, 'BLOG.example.com.:80'],
      [proxy.appPort, 'whatever.invalid'],
    ] as const) {
      const answer = await exchange(at, `GET /a?b=c HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(JSON.parse(bodyOf(answer))).toMatchObject({ url: '/a?b=c', method: 'GET' })
    }
    expect(statusOf(await exchange(proxy.port, 'GET / HTTP/1.1\r\nHost: other.localhost\r\nConnection: close\r\n\r\n'))).toBe(404)
    await proxy.put({ hosts: ['_'] })
    expect(statusOf(await exchange(proxy.port, 'GET / HTTP/1.1\r\nHost: other.localhost\r\nConnection: close\r\n\r\n'))).toBe(200)
  })

  it('carry who asked for what, and nothing the client says about that', async () => {
    const { port } = await startUpstream(echo)
    const proxy = await startProxy(to(port))
    const forged = [
      'X-Forwarded-For: 6.6.6.6',
      'x_forwarded_for: 6.6.6.6',
      'Forwarded: for=6.6.6.6',
      'X-Forwarded-Proto: https',
      'X-Real-IP: 6.6.6.6',
      'Proxy: http://6.6.6.6',
    ]
    const answer = await exchange(proxy.port, get('/', forged))
    const text = bodyOf(answer).replaceAll('","', '|').replaceAll('\\"', '"')
    expect(text).not.toContain('6.6.6.6')
    expect(text).not.toContain('https')
    expect(text).toContain(
      `X-Forwarded-For|127.0.0.1|X-Forwarded-Proto|http|X-Forwarded-Host|blog.localhost|X-Forwarded-Port|${proxy.port}`,
    )
    expect(text).toContain('Forwarded|for=127.0.0.1;host="blog.localhost";proto=http')
  })

  it('lose hop-by-hop headers, also those that Connection names, in both directions', async () => {
    const { port } = await startRawUpstream((socket) => {
      socket.once('data', (data) => {
        const body = data.toString('latin1')
        socket.end(
          `HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nX-End: 2\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        )
      })
    })
    const proxy = await startProxy(to(port))
    const answer = await exchange(
      proxy.port,
      'GET / HTTP/1.1\r\nHost: blog.localhost\r\nConnection: close, X-Private\r\nX-Private: 1\r\nTE: trailers\r\nKeep-Alive: 1\r\nX-Public: 2\r\n\r\n',
    )
    expect(bodyOf(answer)).not.toMatch(/X-Private|TE:|Keep-Alive/)
    expect(bodyOf(answer)).toContain('X-Public: 2')
    expect(headerOf(answer, 'X-Hop')).toBeUndefined()
    expect(headerOf(answer, 'X-End')).toBe('2')
  })

  it('are taken in turn by all upstreams, sockets among them', async () => {
    const socketPath = `${await temporaryDirectory()}/web.sock`
    const one = await startUpstream((_request, response) => response.end('one'))
    await startUpstream((_request, response) => response.end('two'), socketPath)
    const proxy = await startProxy({
      upstreams: [
        { address: '127.0.0.1', port: one.port },
        { address: socketPath, port: null },
      ],
    })
    const answers = await Promise.all([1, 2, 3, 4].map(async () => bodyOf(await exchange(proxy.port, get('/')))))
    expect(answers.toSorted()).toEqual(['one', 'one', 'two', 'two'])
  })

  it('of every body form arrive whole and unchanged, both ways', async () => {
    const { port } = await startUpstream((request, response) => {
      if (request.headers['content-length'] !== undefined) response.setHeader('Content-Length', request.headers['content-length'])
      request.pipe(response)
    })
    const proxy = await startProxy(to(port))
    for (const size of [0, 1, 70_000, 3_000_000]) {
      const body = randomBytes(size)
      for (const headers of [{ 'content-length': String(size) }, { 'transfer-encoding': 'chunked' }]) {
        const digest = createHash('sha256').update(body).digest('hex')
        const received = await new Promise<string>((resolve, reject) => {
          const outgoing = httpRequest({ port: proxy.appPort, method: 'POST', path: '/', headers }, (response) => {
            const hash = createHash('sha256')
            response.on('data', (data: Buffer) => hash.update(data)).on('end', () => resolve(hash.digest('hex')))
          })
          outgoing.on('error', reject)
          outgoing.end(body)
        })
        expect(received).toBe(digest)
      }
    }
  })

  it('of old and unusual forms work: HTTP/1.0, absolute-form, HEAD, no content, close-delimited', async () => {
    const { port } = await startRawUpstream((socket) => {
      socket.on('data', (data) => {
        const line = data.toString('latin1').split('\r\n')[0] ?? ''
        if (line.includes('/none')) socket.write('HTTP/1.1 204 No Content\r\n\r\n')
        else if (line.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n')
        else if (line.includes('/close')) socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end')
        else socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${line.length.toString(16)}\r\n${line}\r\n0\r\n\r\n`)
      })
    })
    const proxy = await startProxy({ ...to(port), hosts: ['_'] })
    const old = await exchange(proxy.port, 'GET /old HTTP/1.0\r\n\r\n')
    expect(old.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(headerOf(old, 'Transfer-Encoding')).toBeUndefined()
    expect(bodyOf(old)).toBe('GET /old HTTP/1.1')
    expect(bodyOf(await exchange(proxy.port, 'GET http://blog.localhost/abs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'))).toContain(
      'GET /abs HTTP/1.1',
    )
    const head = await exchange(proxy.port, get('/', [], 'HEAD'))
    expect([statusOf(head), headerOf(head, 'Content-Length'), bodyOf(head)]).toEqual([200, '1234', ''])
    const none = await exchange(proxy.port, get('/none'))
    expect([statusOf(none), bodyOf(none), headerOf(none, 'Content-Length')]).toEqual([204, '', undefined])
    expect(bodyOf(await exchange(proxy.port, get('/close')))).toContain('until the end')
  })

  it('may wait for 100 Continue, which comes once the upstream is there', async () => {
    const { port } = await startUpstream((request, response) => void request.pipe(response))
    const proxy = await startProxy(to(port))
    const answer = await exchange(proxy.port, get('/', ['Expect: 100-continue', 'Content-Length: 2'], 'POST'), (socket) => {
      socket.once('data', (data) => {
        expect(data.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n')
        socket.write('ok')
      })
    })
    expect(answer.text).toMatch(/200 OK[^]*ok/)
  })

  it('get trailers and early hints', async () => {
    const { port } = await startRawUpstream((socket) => {
      socket.once('data', () => {
        socket.write(
          'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n',
        )
        socket.write('3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n')
      })
    })
    const proxy = await startProxy(to(port))
    const { text } = await exchange(proxy.port, get('/'))
    expect(text).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
    expect(text).toMatch(/3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n$/)
  })

  it('get server-sent events as they happen', async () => {
    let send: (text: string) => void = () => {}
    const { port } = await startUpstream((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.flushHeaders()
      send = (text) => response.write(text)
    })
    const proxy = await startProxy(to(port), { responseTimeout: 100 })
    let text = ''
    const done = exchange(proxy.port, get('/events'), (socket) => {
      socket.on('data', (data) => {
        text += data.toString()
        if (text.includes('data: 2')) socket.destroy()
      })
    })
    await until(() => text.includes('text/event-stream'))
    send('data: 1\n\n')
    await until(() => text.includes('data: 1'))
    await new Promise((resolve) => void setTimeout(resolve, 300)) // longer than an answer may take to begin
    send('data: 2\n\n')
    await done
    expect(text).toMatch(/data: 1\n\n[^]*data: 2\n\n/)
  })

  it('hold back a fast side until the slow one has taken what there is', async () => {
    const sent = { bytes: 0 }
    const { port } = await startUpstream((_request, response) => {
      const fill = (): void => {
        do sent.bytes += 65_536
        while (sent.bytes < 200_000_000 && response.write(Buffer.alloc(65_536)))
      }
      response.on('drain', fill)
      fill()
    })
    const proxy = await startProxy(to(port))
    const client: { socket?: Socket } = {}
    const done = exchange(proxy.port, get('/'), (socket) => {
      client.socket = socket
      socket.pause()
    })
    let before = -1
    while (before !== sent.bytes || sent.bytes === 0) {
      before = sent.bytes
      await new Promise((resolve) => void setTimeout(resolve, 150))
    }
    expect(sent.bytes).toBeLessThan(60_000_000)
    client.socket?.destroy()
    await done
  })

  it('hold back an upload that the app does not read', async () => {
    const { port } = await startUpstream((request) => void request.pause())
    const proxy = await startProxy(to(port))
    const sent = { bytes: 0 }
    const client: { socket?: Socket } = {}
    const done = exchange(proxy.port, get('/', ['Content-Length: 200000000'], 'POST'), (socket) => {
      client.socket = socket
      const fill = (): void => {
        do sent.bytes += 65_536
        while (sent.bytes < 200_000_000 && socket.write(Buffer.alloc(65_536)))
      }
      socket.on('drain', fill)
      fill()
    })
    let before = -1
    while (before !== sent.bytes || sent.bytes === 0) {
      before = sent.bytes
      await new Promise((resolve) => void setTimeout(resolve, 150))
    }
    expect(sent.bytes).toBeLessThan(60_000_000)
    client.socket?.destroy()
    await done
  })
})
