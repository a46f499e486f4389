/** Sends a client's request to one of an app's upstreams and the answer back, piece by piece, with back pressure in both directions. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Limits } from '../limits.ts'
import type { Balancer } from '../upstream/balancer.ts'
import type { Exchange, ExchangeHandler, Failure, UpstreamRequest } from '../upstream/exchange.ts'
import type { Pool } from '../upstream/pool.ts'
import type { ResponseHead } from '../upstream/response-head.ts'
import { answerPlainly } from './plain-answer.ts'
import { bodyOf, upstreamRequestHead, type ClientFacts } from './request-head.ts'
import { responseHeaders } from './response-headers.ts'
import type { StallGuard } from './stall-guard.ts'

export interface Forwarding {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly client: ClientFacts
  /** The app's upstreams now: another value after a switch. */
  readonly balancer: () => Balancer | undefined
  /** The client waits for a `100 Continue` before it sends its body. */
  readonly expectsContinue: boolean
  readonly guard: StallGuard
  readonly limits: Pick<Limits, 'restartPatience' | 'restartPause'>
  readonly onFailure: (pool: Pool | undefined, failure: Failure) => void
}

/** Methods that may be repeated when nobody knows whether the first time had an effect (RFC 9110 §9.2.2). */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const maxLost = 3

export function forwardRequest(forwarding: Forwarding): void {
  const { request, response } = forwarding
  const body = bodyOf(request)
  const head = upstreamRequestHead(request, forwarding.path, body, forwarding.client, false)
  const outgoing: UpstreamRequest = { method: request.method ?? 'GET', head, body, upgrade: false }
  const mayRepeat = body === 'none' && repeatable.has(outgoing.method)
  let balancer: Balancer | undefined
  let tried = new Set<Pool>()
  let lost = 0
  let underWay: { abort(): void } | undefined
  let closed = false
  let waiting: NodeJS.Timeout | undefined
  let deadline: number | undefined

  const attempt = (): void => {
    const current = forwarding.balancer()
    if (current !== balancer) tried = new Set()
    balancer = current
    const pool = balancer?.next(tried)
    if (pool === undefined) return giveUp(undefined)
    tried.add(pool)
    const sent = pool.send(
      outgoing,
      createHandler(forwarding, pool, body, (failure) => recover(pool, failure)),
      !mayRepeat || lost > 0,
    )
    underWay = sent
    if (closed) sent.abort()
  }
  const recover = (pool: Pool, failure: Failure): void => {
    if (closed) return
    // One line for a request that waits, not one for each time it asks.
    if (deadline === undefined || failure.kind !== 'connect') forwarding.onFailure(pool, failure)
    if (response.headersSent) return destroyClient(response)
    if (failure.kind === 'connect') {
      const others = forwarding.balancer()
      if (others !== balancer || others?.pools.some((one) => !tried.has(one)) === true) return attempt()
      if (mayWait()) return
    } else if (failure.kind === 'lost' && mayRepeat && ++lost < maxLost) {
      // A connection that had served before may just have been closed: the same upstream is as good as any other.
      if (failure.reused || balancer?.pools.length === 1) tried.delete(pool)
      return attempt()
    }
    giveUp(failure)
  }
  /** Nothing of the request has been sent. A worker that died is started again within a second or two: better a slow answer than none. */
  const mayWait = (): boolean => {
    deadline ??= performance.now() + forwarding.limits.restartPatience
    if (performance.now() > deadline) return false
    waiting = setTimeout(() => {
      tried = new Set()
      attempt()
    }, forwarding.limits.restartPause)
    return true
  }
  const giveUp = (failure: Failure | undefined): void => {
    request.resume()
    if (failure === undefined) return answerPlainly(response, 503, 'no instance of this app is running.', { close: body !== 'none' })
    if (failure.kind === 'timeout') return answerPlainly(response, 504, 'the app did not answer in time.', { close: true })
    const text =
      failure.kind === 'connect' ? 'the app does not accept connections.' : 'the app ended the connection without a valid answer.'
    answerPlainly(response, 502, text, { close: body !== 'none' })
  }

  response.on('close', () => {
    closed = true
    clearTimeout(waiting)
    if (!response.writableFinished) underWay?.abort()
  })
  attempt()
}

function createHandler(
  forwarding: Forwarding,
  pool: Pool,
  body: 'none' | 'length' | 'chunked',
  recover: (failure: Failure) => void,
): ExchangeHandler {
  const { request, response, guard } = forwarding
  let exchange: Exchange | undefined
  let ended = false
  /** The client sees the end of a complete answer, and asks again from where it was (HTML §9.2). */
  const endWithUpstream = (): void => {
    const forget = pool.hold({
      end() {
        exchange?.abort()
        ended = true
        response.end()
      },
    })
    response.once('close', forget)
  }
  return {
    onConnected(connected) {
      exchange = connected
      if (body !== 'none') sendBody(forwarding, connected)
    },
    onDrain() {
      guard.clientMayContinue(request)
      request.resume()
    },
    onInformational(head) {
      if (head.statusCode === 103 && request.httpVersion === '1.1' && !response.headersSent) forwardEarlyHints(response, head)
    },
    onHead(head, more) {
      try {
        writeHead(request, response, head)
        if (!more) response.flushHeaders()
        if (head.isEventStream && isLasting(request, head)) endWithUpstream()
      } catch {
        // Node refuses what no client could parse either.
        exchange?.abort()
        recover({ kind: 'malformed', reused: false, message: 'the response has a header that cannot be passed on' })
      }
    },
    onData(data, last) {
      if (last) {
        ended = true
        response.end(data)
      } else if (!response.write(data)) {
        exchange?.pause()
        guard.clientMustRead(response)
        response.once('drain', () => {
          guard.clientHasRead(response)
          exchange?.resume()
        })
      }
    },
    onEnd(trailers) {
      if (ended) return
      try {
        if (trailers.length > 0 && request.httpVersion === '1.1') response.addTrailers(pairs(trailers))
        response.end()
      } catch {
        destroyClient(response)
      }
    },
    onUpgrade(_head, socket) {
      socket.destroy()
    },
    onFailure: recover,
  }
}

/** What an EventSource asks for, which comes again by itself. Nobody else would notice that an answer ended before its time. */
function isLasting({ method }: IncomingMessage, { framing }: ResponseHead): boolean {
  return method === 'GET' && (framing.kind === 'chunked' || framing.kind === 'close')
}

function sendBody({ request, response, expectsContinue, guard }: Forwarding, exchange: Exchange): void {
  if (expectsContinue && request.httpVersion === '1.1') response.writeContinue()
  guard.clientMustSend(request)
  request.on('data', (data: Buffer) => {
    guard.clientHasSent(request)
    if (exchange.write(data)) return
    guard.clientMustWait(request)
    request.pause()
  })
  request.on('end', () => {
    guard.clientIsDone(request)
    exchange.endBody()
  })
  request.on('error', () => exchange.abort())
}

function writeHead(request: IncomingMessage, response: ServerResponse, head: ResponseHead): void {
  const { framing, statusCode } = head
  // A 204 or a HEAD answer may have a length that counts nothing.
  const headers = responseHeaders(head.headers, framing.kind === 'length' || framing.kind === 'none')
  if (framing.kind === 'none' && statusCode !== 204 && statusCode !== 304 && request.method !== 'HEAD') withLengthZero(headers)
  response.writeHead(statusCode, head.statusMessage, headers)
}

/** Without it Node would frame the empty body as chunks. */
function withLengthZero(headers: string[]): void {
  if (!headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length')) headers.push('Content-Length', '0')
}

function forwardEarlyHints(response: ServerResponse, head: ResponseHead): void {
  const link = pairs(head.headers)
    .filter(([name]) => name.toLowerCase() === 'link')
    .map(([, value]) => value)
  if (link.length > 0) response.writeEarlyHints({ link })
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []))
}

/** Not a clean end: the client must see that something is missing. */
export function destroyClient(response: ServerResponse): void {
  if (response.socket === null) return void response.destroy()
  response.socket.resetAndDestroy()
}
