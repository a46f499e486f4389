import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { bodyOf, exchange, get, onEnd, startProxy, startUpstream, statusOf, to, until } from './harness.ts'

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

it('answers an upgrade to anything but WebSocket as an ordinary request', async () => {
  const { port } = await startUpstream((request, response) => response.end(`${request.headers.upgrade}`))
  const proxy = await startProxy(to(port))
  const answer = await exchange(
    proxy.port,
    'GET / HTTP/1.1\r\nHost: blog.localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n\r\n',
  )
  expect(statusOf(answer)).toBe(200)
  expect(bodyOf(answer)).toContain('undefined')
  expect(
    statusOf(
      await exchange(
        proxy.port,
        get('/', ['Content-Length: 3', 'Upgrade: websocket']).replace('Connection: close', 'Connection: Upgrade') + 'abc',
      ),
    ),
  ).toBe(400)
})
