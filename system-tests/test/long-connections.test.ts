import { mkdir, writeFile } from 'node:fs/promises'
import { get, request } from 'node:http'
import { join } from 'node:path'
import { deployApp } from '@hop3/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appIn, createTemporaryHost, type TemporaryHost } from '../src/temporary-host.ts'

let temporary: TemporaryHost
beforeEach(async () => void (temporary = await createTemporaryHost()))
afterEach(() => temporary.dispose(), 60_000)

it('answers a POST of 15 s by the version that got it, and has WebSockets and event streams come again', { timeout: 120_000 }, async () => {
  const deploy = async (version: string, config = ''): Promise<number> => {
    const source = await writeApp(join(temporary.directory, 'source'), version, config)
    return (await deployApp(await appIn(source, 'chat'), temporary.host)).port ?? 0
  }
  const port = await deploy('v1')
  const happened: string[] = []
  const first = { post: post(port), stream: readEvents(port), socket: openSocket(port) }
  void first.post.answer.then(() => happened.push('answer'))
  void first.stream.ended.then(() => happened.push('end of the stream'))
  void first.socket.closed.then(() => happened.push('end of the socket'))
  await Promise.all([first.post.arrived, first.stream.begun, first.socket.opened])

  await deploy('v2')
  expect(await first.post.answer).toBe('200 v1 heard body')
  expect(await first.socket.closed).toEqual({ code: 1012, wasClean: true })
  expect(await first.stream.ended).toBe('complete: data: v1')
  expect(happened.at(-1)).toBe('answer')

  // Were it to wait for these two, it would wait for the ten minutes.
  const second = { stream: readEvents(port), socket: openSocket(port) }
  await Promise.all([second.stream.begun, second.socket.opened])
  await deploy('v3', '[deploy]\nstop-timeout = 600\n')
  expect(await second.socket.closed).toEqual({ code: 1012, wasClean: true })
  expect(await second.stream.ended).toBe('complete: data: v2')
})

/** Ends at once on SIGTERM, as Node does when nobody says otherwise. */
async function writeApp(source: string, version: string, config: string): Promise<string> {
  await mkdir(source, { recursive: true })
  await writeFile(join(source, 'Procfile'), 'web: node server.js\n')
  await writeFile(join(source, 'package.json'), JSON.stringify({ name: 'chat', version: '1.0.0', type: 'module' }))
  await writeFile(join(source, 'hop3.toml'), config)
  await writeFile(join(source, 'server.js'), serverOf(version))
  return source
}

function serverOf(version: string): string {
  return `
    import { createHash } from 'node:crypto'
    import { createServer } from 'node:http'
    const server = createServer((request, response) => {
      if (request.method === 'POST') {
        let text = ''
        request.on('data', (data) => (text += data)).on('end', () => setTimeout(() => response.end('${version} heard ' + text), 15_000))
      } else if (request.url === '/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: ${version}\\n\\n')
      } else response.end('${version}')
    })
    server.on('upgrade', (request, socket) => {
      const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
      socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n')
      socket.on('data', (data) => { if ((data[0] & 15) === 8) socket.end(Buffer.from([0x88, 0])) })
      socket.on('error', () => {})
    })
    server.listen(Number(process.env.PORT), process.env.BIND_ADDRESS)
  `
}

function post(port: number): { arrived: Promise<unknown>; answer: Promise<string> } {
  const outgoing = request({ host: '127.0.0.1', port, method: 'POST', path: '/', headers: { 'content-length': 4, expect: '100-continue' } })
  // The app asks for the body once it has the head.
  const arrived = new Promise<void>((resolve) => {
    outgoing.once('continue', () => outgoing.end('body', () => resolve()))
  })
  const answer = new Promise<string>((resolve) => {
    outgoing.once('response', (response) => {
      let text = `${response.statusCode} `
      response.on('data', (data) => (text += String(data))).once('close', () => resolve(text))
    })
    outgoing.once('error', (error) => resolve(error.message))
  })
  return { arrived, answer }
}

function readEvents(port: number): { begun: Promise<unknown>; ended: Promise<string> } {
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>()
  const ended = new Promise<string>((resolve) => {
    get({ host: '127.0.0.1', port, path: '/events' }, (response) => {
      let text = ''
      response.on('data', (data) => {
        text += String(data)
        begin(undefined)
      })
      response.on('error', () => {})
      response.once('close', () => resolve(`${response.complete ? 'complete' : 'cut'}: ${text.trim()}`))
    }).once('error', (error) => resolve(error.message))
  })
  return { begun, ended }
}

function openSocket(port: number): { opened: Promise<unknown>; closed: Promise<{ code: number; wasClean: boolean }> } {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
  return {
    opened: new Promise((resolve) => socket.addEventListener('open', resolve)),
    closed: new Promise((resolve) => socket.addEventListener('close', ({ code, wasClean }) => resolve({ code, wasClean }))),
  }
}
