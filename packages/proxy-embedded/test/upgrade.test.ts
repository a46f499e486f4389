import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { bodyOf, exchange, onEnd, startProxy, startUpstream, statusOf, temporaryDirectory, to, until, writeTree } from './harness.ts'

const handshake =
  'GET /chat HTTP/1.1\r\nHost: blog.localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

it('passes a WebSocket through, early bytes and all, and ends both sides together', async () => {
  const { port, server } = await startUpstream((_request, response) => response.end())
  const seen: string[] = []
  let upstreamClosed = false
  server.on('upgrade', (request, socket) => {
    seen.push(String(request.headers['x-forwarded-for']), String(request.headers.connection))
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nhello`,
    )
    socket.on('data', (data) => socket.write(data))
    socket.on('end', () => {
      upstreamClosed = true
    })
    onEnd(() => socket.destroy())
  })
  const proxy = await startProxy(to(port))
  const socket = connect(proxy.port, '127.0.0.1')
  onEnd(() => socket.destroy())
  let text = ''
  socket.on('data', (data) => {
    text += data.toString('latin1')
  })
  socket.write(`${handshake}early`)
  await until(() => text.endsWith('helloearly'))
  expect(text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/)
  expect(text).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
  expect(seen).toEqual(['127.0.0.1', 'Upgrade'])
  await proxy.put(to(port)) // a switch leaves it alone
  socket.write('later')
  await until(() => text.endsWith('later'))
  socket.destroy()
  await until(() => upstreamClosed)
})

it('gives the refusal of a handshake to the client and ends the connection, so that nothing is tunnelled', async () => {
  const { port, server, requests } = await startUpstream((_request, response) => response.end('must not be asked'))
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'))
  const proxy = await startProxy(to(port))
  const answer = await exchange(proxy.port, `${handshake}GET /smuggled HTTP/1.1\r\nHost: blog.localhost\r\n\r\n`)
  expect([statusOf(answer), bodyOf(answer), requests.length]).toEqual([403, 'no', 0])
})

describe('an offer of anything but WebSocket is ignored:', () => {
  const offer = ['Connection: Upgrade, HTTP2-Settings, close', 'Upgrade: h2c', 'HTTP2-Settings: AAMA']
  const offering = (method: string, path: string, headers: readonly string[] = offer): string =>
    [`${method} ${path} HTTP/1.1`, 'Host: blog.localhost', ...headers, '', ''].join('\r\n')
  const echo: RequestListener = (request, response) => {
    const { upgrade, 'http2-settings': settings } = request.headers
    let body = ''
    request.on('data', (data) => (body += String(data)))
    request.on('end', () => response.end(`${request.method} ${request.url} ${upgrade} ${String(settings)} ${body}`))
  }

  it('the app gets the request with its body, and no word of the offer', async () => {
    const { port } = await startUpstream(echo)
    const proxy = await startProxy(to(port))
    const ask = async (text: string, rest = ''): Promise<string> => {
      const answer = await exchange(proxy.port, text, (socket) => void setTimeout(() => socket.write(rest), 50))
      return answer.text.slice(answer.text.lastIndexOf('/x'))
    }
    expect(await ask(offering('GET', '/x'))).toMatch(/^\/x undefined undefined /)
    expect(await ask(`${offering('POST', '/x', [...offer, 'Content-Length: 6'])}abc`, 'def')).toMatch(/^\/x undefined undefined abcdef/)
    const chunked = offering('PUT', '/x', [...offer, 'Transfer-Encoding: chunked'])
    expect(await ask(`${chunked}3\r\nabc\r\n`, '0\r\n\r\n')).toMatch(/^\/x undefined undefined abc/)
    const webSocket = offering('POST', '/x', ['Connection: Upgrade, close', 'Upgrade: websocket', 'Content-Length: 3'])
    expect(await ask(`${webSocket}abc`)).toMatch(/^\/x undefined undefined abc/)
  })

  it('sites and static paths are served', async () => {
    const root = await temporaryDirectory()
    await writeTree(root, { 'index.html': 'home' })
    const { port } = await startUpstream(echo)
    const proxy = await startProxy({ ...to(port), staticPaths: { '/assets/': root } })
    expect(bodyOf(await exchange(proxy.port, offering('GET', '/assets/index.html')))).toBe('home')
    await proxy.put({ protocol: 'static', upstreams: [{ address: root, port: null }], staticPaths: {} })
    expect(bodyOf(await exchange(proxy.port, offering('GET', '/')))).toBe('home')
  })

  it('what follows on the connection is read as a request of its own or not at all', async () => {
    const { port, requests } = await startUpstream(echo)
    const proxy = await startProxy(to(port))
    const { text } = await exchange(
      proxy.port,
      offering('GET', '/1', ['Connection: Upgrade', 'Upgrade: h2c']) + offering('GET', '/2', ['Connection: close']),
    )
    const urls = requests.map(({ url }) => url)
    expect(urls).toEqual(['/1', '/2'].slice(0, urls.length))
    expect(text.split('200 OK').length - 1).toBe(Math.max(1, urls.length))
  })
})

it('does not write a handshake into the answer before it', async () => {
  const { port, server } = await startUpstream((_request, response) => void response.write('begun'))
  let handshakes = 0
  server.on('upgrade', (_request, socket) => {
    handshakes++
    socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  })
  const proxy = await startProxy(to(port))
  const { text } = await exchange(proxy.port, `GET / HTTP/1.1\r\nHost: blog.localhost\r\n\r\n${handshake}`)
  expect([handshakes, text.includes('101 Switching')]).toEqual([0, false])
})
