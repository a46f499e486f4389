import type { RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { onEnd, startProxy, startUpstream, to, until, type Upstream } from './harness.ts'

const handshake =
  'GET /chat HTTP/1.1\r\nHost: blog.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
const goodbye = Buffer.from([0x88, 2, 0x03, 0xf4])
/** A client's: masked with zeros. */
const maskedGoodbye = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xf4])

it('tells a WebSocket of an upstream that was replaced to come again: 1012, then the end of both sides', async () => {
  const old = await startChat()
  const proxy = await startProxy(to(old.port), { streamGrace: 20 })
  const client = await openSocket(proxy.port)
  old.sockets[0]?.write(textFrame('hello'))
  await until(() => client.frames().equals(textFrame('hello')))
  const { port } = await startChat()
  await proxy.put(to(port))
  await until(() => client.frames().equals(Buffer.concat([textFrame('hello'), goodbye])))
  client.socket.write(maskedGoodbye)
  await until(() => client.isClosed())
  expect(Buffer.concat(old.heard)).toEqual(maskedGoodbye)
  expect([client.isReset(), client.frames().subarray(-4)]).toEqual([false, goodbye])
})

it('says it between two frames, and passes nothing on after it', async () => {
  const old = await startChat()
  const proxy = await startProxy(to(old.port), { streamGrace: 20 })
  const client = await openSocket(proxy.port)
  const frame = textFrame('x'.repeat(300))
  old.sockets[0]?.write(frame.subarray(0, 3)) // within the length
  await until(() => client.frames().length === 3)
  const { port } = await startChat()
  await proxy.put(to(port))
  await new Promise((resolve) => void setTimeout(resolve, 100))
  expect(client.frames().length).toBe(3)
  old.sockets[0]?.write(Buffer.concat([frame.subarray(3), textFrame('too late')]))
  await until(() => client.frames().length > frame.length)
  old.sockets[0]?.end(textFrame('far too late'))
  await until(() => client.isClosed())
  expect(client.frames()).toEqual(Buffer.concat([frame, goodbye]))
})

it('adds nothing to a close frame of the upstream', async () => {
  const old = await startChat()
  const proxy = await startProxy(to(old.port), { streamGrace: 20, closeTimeout: 100 })
  const client = await openSocket(proxy.port)
  const normal = Buffer.from([0x88, 2, 0x03, 0xe8])
  old.sockets[0]?.write(normal)
  await until(() => client.frames().equals(normal))
  const { port } = await startChat()
  await proxy.put(to(port))
  await until(() => client.isClosed())
  expect(client.frames()).toEqual(normal)
})

it('cuts off a WebSocket whose two sides do not answer', async () => {
  const old = await startChat()
  const proxy = await startProxy(to(old.port), { streamGrace: 20, closeTimeout: 100 })
  const client = await openSocket(proxy.port)
  const { port } = await startChat()
  await proxy.put(to(port))
  await until(() => client.isClosed() && (old.sockets[0]?.readableEnded ?? false))
  expect(client.frames()).toEqual(goodbye)
})

it('ends an event stream of an upstream that was replaced as a complete answer', async () => {
  let aborted = 0
  const old = await startUpstream((request, response) => {
    request.on('close', () => aborted++)
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write('data: one\n\n')
  })
  const proxy = await startProxy(to(old.port), { streamGrace: 20 })
  const answer = await ask(proxy.port, 'GET')
  await until(() => answer.text().includes('data: one'))
  const { port } = await startUpstream((_request, response) => response.end())
  await proxy.put(to(port))
  await until(() => answer.text().endsWith('\r\n0\r\n\r\n') && aborted === 1)
  expect(answer.text()).toContain('data: one\n\n')
})

it('lets every other answer of a replaced upstream finish, however long it takes', async () => {
  const finish: (() => void)[] = []
  const listener: RequestListener = (request, response) => {
    const type = request.url === '/numbers' ? 'application/x-ndjson' : 'text/event-stream'
    response.writeHead(200, { 'content-type': type }).write('begun')
    finish.push(() => response.end('done'))
  }
  const old = await startUpstream(listener)
  const proxy = await startProxy(to(old.port), { streamGrace: 20 })
  const answers = [await ask(proxy.port, 'GET', '/numbers'), await ask(proxy.port, 'POST')]
  await until(() => answers.every((one) => one.text().includes('begun')))
  const { port } = await startUpstream((_request, response) => response.end())
  await proxy.put(to(port))
  await new Promise((resolve) => void setTimeout(resolve, 150))
  for (const one of finish) one()
  await until(() => answers.every((one) => one.text().includes('done')))
  for (const one of answers) expect(one.text()).toMatch(/\r\n5\r\nbegun\r\n4\r\ndone\r\n0\r\n\r\n$/)
})

it('leaves streams of upstreams that stay alone, over any number of changes', async () => {
  const [one, two] = [await startChat(), await startChat()]
  const proxy = await startProxy(to(one.port), { streamGrace: 20 })
  const client = await openSocket(proxy.port)
  await proxy.put(to(one.port, two.port))
  await proxy.put(to(two.port, one.port))
  await new Promise((resolve) => void setTimeout(resolve, 100))
  one.sockets[0]?.write(textFrame('still here'))
  await until(() => client.frames().equals(textFrame('still here')))
  await proxy.put(to(two.port))
  await until(() => client.frames().length > textFrame('still here').length)
  expect(client.frames()).toEqual(Buffer.concat([textFrame('still here'), goodbye]))
})

it('ends a stream that began while its upstream was being replaced', async () => {
  const begin: (() => void)[] = []
  const old = await startUpstream((_request, response) => {
    begin.push(() => response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: late\n\n'))
  })
  const proxy = await startProxy(to(old.port), { streamGrace: 20, switchTimeout: 20 })
  const answer = await ask(proxy.port, 'GET')
  await until(() => begin.length === 1)
  const { port } = await startUpstream((_request, response) => response.end())
  await proxy.put(to(port))
  begin[0]?.()
  await until(() => answer.text().includes('\r\n0\r\n'))
  expect(answer.text()).toMatch(/data: late\n\n\r\n0\r\n\r\n$/)
})

it('says goodbye when the proxy itself ends', async () => {
  const chat = await startChat()
  const proxy = await startProxy(to(chat.port))
  const client = await openSocket(proxy.port)
  const stopped = proxy.server.stop(5_000, 0)
  await until(() => client.frames().equals(goodbye))
  client.socket.write(maskedGoodbye)
  await stopped
  expect(client.isClosed()).toBe(true)
})

interface Chat extends Upstream {
  readonly sockets: Socket[]
  readonly heard: Buffer[]
}

/** Ends its side once it has heard a close frame. */
async function startChat(): Promise<Chat> {
  const upstream = await startUpstream((_request, response) => response.end())
  const sockets: Socket[] = []
  const heard: Buffer[] = []
  upstream.server.on('upgrade', (_request, socket: Socket) => {
    sockets.push(socket)
    onEnd(() => socket.destroy())
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.on('error', () => {})
    socket.on('data', (data) => {
      heard.push(data)
      if (data.readUInt8(0) === 0x88) socket.end(Buffer.from([0x88, 0]))
    })
  })
  return { ...upstream, sockets, heard }
}

interface SocketClient {
  readonly socket: Socket
  frames(): Buffer
  isClosed(): boolean
  isReset(): boolean
}

async function openSocket(port: number): Promise<SocketClient> {
  const client = read(port)
  const headEnd = (): number => client.bytes().indexOf('\r\n\r\n')
  client.socket.write(handshake)
  await until(() => headEnd() !== -1)
  return { ...client, frames: () => client.bytes().subarray(headEnd() + 4) }
}

async function ask(port: number, method: string, path = '/'): Promise<{ text(): string }> {
  const client = read(port)
  client.socket.write(`${method} ${path} HTTP/1.1\r\nHost: blog.localhost\r\n${method === 'POST' ? 'Content-Length: 0\r\n' : ''}\r\n`)
  return { text: () => client.bytes().toString('latin1') }
}

function read(port: number): { socket: Socket; bytes(): Buffer; isClosed(): boolean; isReset(): boolean } {
  const socket = connect(port, '127.0.0.1')
  onEnd(() => socket.destroy())
  const chunks: Buffer[] = []
  let reset = false
  socket.on('data', (data) => chunks.push(data))
  socket.on('error', () => {
    reset = true
  })
  return { socket, bytes: () => Buffer.concat(chunks), isClosed: () => socket.closed, isReset: () => reset }
}

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  const head =
    payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([head, payload])
}
