/** Takes a client's request to its app: by host name on the common port, by the port itself on an app's own. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { releaseHeader, verifyHeader } from '../control-protocol.ts'
import type { Limits } from '../limits.ts'
import type { Failure } from '../upstream/exchange.ts'
import type { Pool } from '../upstream/pool.ts'
import { forwardRequest } from './forward-request.ts'
import { forwardUpgrade } from './forward-upgrade.ts'
import { answerWithPage, refuseUpgrade } from './maintenance.ts'
import { createServer } from './node-http.ts'
import { answerPlainly } from './plain-answer.ts'
import type { ClientFacts } from './request-head.ts'
import { readTarget } from './request-target.ts'
import type { RouteTable, Slot } from './route-table.ts'
import type { StallGuard } from './stall-guard.ts'
import { isWebSocketHandshake, readAsOrdinary } from './upgrade-request.ts'

export interface FrontOptions {
  readonly table: RouteTable
  readonly limits: Limits
  readonly guard: StallGuard
  /** Opens verification requests. */
  readonly token: string
  readonly log: (line: string) => void
  readonly logAccess: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  /** The server is going: every answer ends its connection. */
  readonly isDraining: () => boolean
}

/** An HTTP server that does not listen yet. Without `port` it answers for host names. */
export function createFront(options: FrontOptions, port: number | undefined): Server {
  const { limits } = options
  const serverOptions = {
    maxHeaderSize: limits.maxHeaderSize,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: Math.max(50, Math.min(5_000, limits.headersTimeout / 4)),
    insecureHTTPParser: false,
    requireHostHeader: true,
    shouldUpgradeCallback: isWebSocketHandshake, // Node 24.9
  }
  const server = createServer(serverOptions)
  server.maxHeadersCount = 0 // their bytes are bounded; a header left out silently would be worse than any number of them
  const answering = new WeakSet<Duplex>()
  const listener =
    (expectsContinue: boolean): RequestListener =>
    (request, response) => {
      const { socket } = request
      answering.add(socket)
      response.once('close', () => answering.delete(socket))
      answer(options, port, request, response, expectsContinue)
    }
  server.on('request', listener(false))
  server.on('checkContinue', listener(true))
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    answerPlainly(response, 417, 'only 100-continue is expected here.', { close: true })
    request.resume()
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Sent before the answer to the last request had ended: the two would be written into each other.
    if (answering.has(socket)) socket.destroy()
    else if (isWebSocketHandshake(request)) upgrade(options, port, request, socket, head)
    else readAsOrdinary(server, request, socket, head)
  })
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  return server
}

function answer(
  options: FrontOptions,
  port: number | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): void {
  // After an `Upgrade` that is ignored Node does not read the rest of what arrived with it.
  if (options.isDraining() || request.headers.upgrade !== undefined) response.shouldKeepAlive = false
  options.logAccess?.(request, response)
  request.on('error', () => {}) // the response's close says it
  const target = readTarget(request)
  if (target === undefined) {
    request.resume()
    return answerPlainly(response, 400, 'the request names no host or path of HTTP.', { close: true })
  }
  const slot = port === undefined ? options.table.byHost(target.hostName) : options.table.byPort(port)
  const live = slot?.live
  if (slot === undefined || live === undefined) {
    request.resume()
    return answerPlainly(response, 404, 'no app has this name.')
  }
  if (request.headers[verifyHeader] !== undefined && request.headers[verifyHeader] === options.token) return void verify(slot, response)
  if (live.page !== undefined) return answerWithPage({ request, response, page: live.page, expectsContinue, guard: options.guard })
  const pathOnly = withoutQuery(target.path)
  const forward = (): void => {
    if (live.site !== undefined) return live.site.serve(request, response, pathOnly)
    forwardRequest({
      request,
      response,
      path: target.path,
      client: clientFacts(request, target.host),
      balancer: () => slot.live?.balancer,
      expectsContinue,
      guard: options.guard,
      limits: options.limits,
      onFailure: (pool, failure) => logFailure(options, slot, pool, failure),
    })
  }
  const files = live.prefixes.length === 0 ? undefined : live.prefixes.find(({ prefix }) => normalized(pathOnly).startsWith(prefix))
  if (files === undefined) return forward()
  // A directory at the top holds what may be there; below a prefix nothing else answers.
  files.site.serve(request, response, normalized(pathOnly).slice(files.prefix.length - 1), files.prefix === '/' ? forward : undefined)
}

function upgrade(options: FrontOptions, port: number | undefined, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const target = readTarget(request)
  const slot = target && (port === undefined ? options.table.byHost(target.hostName) : options.table.byPort(port))
  if (target !== undefined && slot?.live?.page !== undefined) return refuseUpgrade(socket)
  if (target === undefined || slot?.live?.balancer === undefined) {
    socket.on('error', () => socket.destroy())
    return void socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  }
  forwardUpgrade({
    request,
    socket,
    head,
    path: target.path,
    client: clientFacts(request, target.host),
    balancer: () => slot.live?.balancer,
    limits: options.limits,
    onFailure: (pool, failure) => logFailure(options, slot, pool, failure),
  })
}

/** Says which release the name leads to, once every upstream of it that requests go to takes connections. */
async function verify({ live }: Slot, response: ServerResponse): Promise<void> {
  const pools = live?.page === undefined ? live?.balancer?.pools : []
  const probes = await Promise.allSettled(pools?.map((pool) => pool.probe()) ?? [])
  const refused = probes.find((probe) => probe.status === 'rejected')
  const text = refused === undefined ? 'verified' : String(refused.reason)
  answerPlainly(response, refused === undefined ? 200 : 502, text, { headers: [releaseHeader, live?.route.release ?? ''], close: true })
}

function clientFacts(request: IncomingMessage, host: string): ClientFacts {
  const address = request.socket.remoteAddress ?? ''
  return { address: address.startsWith('::ffff:') ? address.slice(7) : address, host, localPort: request.socket.localPort ?? 0 }
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?')
  return query === -1 ? path : path.slice(0, query)
}

/** For finding a prefix only: `/%61/` is `/a/`. What is malformed is left for the site to refuse. */
function normalized(path: string): string {
  if (!path.includes('%') && !path.includes('//')) return path
  return path
    .replaceAll(/\/{2,}/g, '/')
    .replaceAll(/%([46][1-9a-fA-F]|[57][0-9aA]|3[0-9]|2[dDeE]|5[fF]|7[eE])/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
}

function logFailure({ log }: FrontOptions, { appName }: Slot, pool: Pool | undefined, failure: Failure): void {
  const { address, port } = pool?.upstream ?? { address: '', port: null }
  log(`${appName}: ${port === null ? address : `${address}:${port}`}: ${failure.kind}: ${failure.message}`)
}
