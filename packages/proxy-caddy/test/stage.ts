/** One Caddy for one test, and upstreams that do what a test wants. Everything is ended with the test. */
import type { Proxy, ProxyContext, Route } from '@hop3/core'
import { proxyContextFor, testHost, type TestHost } from '@hop3/testing'
import { Agent, createServer, request, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { onTestFinished } from 'vitest'
import { caddyProxy } from '../src/index.ts'

export interface Stage {
  readonly host: TestHost
  readonly context: ProxyContext
  readonly proxy: Proxy
  readonly route: (change?: Partial<Route>) => Promise<Route>
}

export async function stage(given: Partial<ProxyContext> = {}): Promise<Stage> {
  const host = await testHost()
  const context = await proxyContextFor(host, given)
  const proxy = caddyProxy.create(context)
  onTestFinished(() => proxy.stop?.())
  const route: Stage['route'] = async (change = {}) => ({
    appName: 'shop',
    release: 'r000001-1f3a9c2e',
    hosts: ['shop.example'],
    protocol: 'http',
    upstreams: [],
    staticPaths: {},
    port: await host.reservePort(`${change.appName ?? 'shop'}/app`),
    spa: false,
    ...change,
  })
  return { host, context, proxy, route }
}

export async function upstream(
  listener: RequestListener,
): Promise<{ readonly address: string; readonly port: number; readonly server: Server }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { address: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0, server }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export function ask(port: number, path = '/', headers: Readonly<Record<string, string>> = {}, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, headers: { host: 'shop.example', ...headers }, agent: false },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.once('error', reject)
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString('latin1') }),
        )
      },
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

/** Clients that never stop asking while `work` runs, on kept connections and on new ones. Resolves to how many asked, and what failed. */
export async function askedAlong(
  port: number,
  work: () => Promise<void>,
): Promise<{ readonly asked: number; readonly failures: readonly string[] }> {
  const kept = new Agent({ keepAlive: true, maxSockets: 8 })
  const failures: string[] = []
  let asked = 0
  const over = new AbortController()
  const one = (connection: 'kept' | 'new'): Promise<void> =>
    new Promise((resolve) => {
      const outgoing = request(
        { host: '127.0.0.1', port, headers: { host: 'shop.example' }, agent: connection === 'kept' ? kept : false, timeout: 10_000 },
        (incoming) => {
          if (incoming.statusCode !== 200) failures.push(String(incoming.statusCode))
          incoming.resume()
          incoming.once('error', (error) => failures.push(error.message))
          incoming.once('close', resolve)
        },
      )
      outgoing.once('error', (error) => {
        failures.push(`${error.message}${outgoing.reusedSocket ? ' on a kept connection' : ''}`)
        resolve()
      })
      outgoing.end()
    })
  const clients = Array.from({ length: 12 }, async (_, index) => {
    while (!over.signal.aborted) {
      await one(index < 8 ? 'kept' : 'new')
      asked += 1
    }
  })
  await work().finally(() => over.abort())
  await Promise.all(clients)
  kept.destroy()
  return { asked, failures }
}
