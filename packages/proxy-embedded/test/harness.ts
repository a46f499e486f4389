/** Real servers on 127.0.0.1 for the tests, and everything they start ended after each. */
import type { Route } from '@hop3/core'
import { formatRoute } from '@hop3/core/routes'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { connect, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort } from '@hop3/testing'
import { afterEach } from 'vitest'
import { defaultLimits, type Limits } from '../src/limits.ts'
import { createProxyServer, type ProxyServer } from '../src/server/proxy-server.ts'

const cleanUps: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

export function onEnd(cleanUp: () => unknown): void {
  cleanUps.push(cleanUp)
}

export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hop3-proxy-'))
  onEnd(() => rm(path, { recursive: true, force: true }))
  return path
}

export async function writeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

export interface Upstream {
  readonly port: number
  readonly server: Server
  readonly requests: IncomingMessage[]
}

export async function startUpstream(listener: RequestListener, place: string | number = 0): Promise<Upstream> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  })
  if (typeof place === 'number') server.listen(place, '127.0.0.1')
  else server.listen(place)
  await new Promise((resolve) => void server.once('listening', resolve))
  onEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: typeof place === 'number' ? portOf(server) : 0, server, requests }
}

/** An upstream that speaks bytes. */
export async function startRawUpstream(
  onSocket: (socket: Socket, count: number) => void,
): Promise<{ port: number; server: NetServer; sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server = createNetServer((socket) => {
    socket.on('error', () => {})
    sockets.push(socket)
    onSocket(socket, sockets.length)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => void server.once('listening', resolve))
  onEnd(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: portOf(server), server, sockets }
}

export interface TestProxy {
  readonly server: ProxyServer
  /** For names. */
  readonly port: number
  /** The app `blog`'s own. */
  readonly appPort: number
  readonly log: string[]
  /** Directory of the route files. */
  readonly routes: string
  put(change?: Partial<Route>): Promise<void>
}

/** A proxy inside the test's process, with one app called blog. */
export async function startProxy(route: Partial<Route>, limits: Partial<Limits> = {}): Promise<TestProxy> {
  const directory = await temporaryDirectory()
  const port = await freePort()
  const appPort = await freePort()
  const log: string[] = []
  const server = createProxyServer({
    listen: { address: '127.0.0.1', port },
    routes: directory,
    limits: { ...defaultLimits, ...limits },
    token: 'secret',
    log: (line) => log.push(line),
  })
  const base: Route = {
    appName: 'blog',
    release: 'r000001-00000000',
    hosts: [],
    protocol: 'http',
    upstreams: [],
    staticPaths: {},
    port: appPort,
    spa: false,
  }
  const put = async (change: Partial<Route> = {}): Promise<void> => {
    const changed = { ...base, ...route, ...change }
    await writeFile(join(directory, `${changed.appName}.json`), formatRoute(changed))
    const problem = await server.load(changed.appName)
    if (problem !== undefined) throw new Error(JSON.stringify(problem))
  }
  onEnd(() => server.stop(0, 0))
  await server.start(new Map())
  await put()
  return { server, port, appPort, log, routes: directory, put }
}

export function to(...ports: number[]): Partial<Route> {
  return { upstreams: ports.map((port) => ({ address: '127.0.0.1', port })) }
}

/** Sends bytes and resolves to everything that came back when the connection ended; `reset` says how it ended. */
export function exchange(port: number, text: string, onSocket?: (socket: Socket) => void): Promise<{ text: string; reset: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    let reset = false
    socket.on('connect', () => {
      socket.write(text)
      onSocket?.(socket)
    })
    socket.on('data', (data) => chunks.push(data))
    socket.on('error', () => {
      reset = true
    })
    socket.on('close', () => resolve({ text: Buffer.concat(chunks).toString('latin1'), reset }))
  })
}

export function get(path: string, headers: readonly string[] = [], method = 'GET'): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: blog.localhost', 'Connection: close', ...headers, '', ''].join('\r\n')
}

export function statusOf({ text }: { text: string }): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1])
}

export function bodyOf({ text }: { text: string }): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}

export function headerOf({ text }: { text: string }, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)\\r$`, 'im').exec(text.slice(0, text.indexOf('\r\n\r\n') + 2))?.[1]
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => void setTimeout(resolve, 5))
}

function portOf(server: NetServer): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}
