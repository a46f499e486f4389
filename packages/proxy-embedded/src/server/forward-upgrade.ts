/** Passes a WebSocket handshake on and, once the upstream has agreed, the bytes of both sides. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Limits } from '../limits.ts'
import type { Balancer } from '../upstream/balancer.ts'
import type { Exchange, ExchangeHandler, Failure } from '../upstream/exchange.ts'
import type { Pool } from '../upstream/pool.ts'
import type { ResponseHead } from '../upstream/response-head.ts'
import { joinWebSocket } from './join-web-socket.ts'
import { upstreamRequestHead, type ClientFacts } from './request-head.ts'
import { responseHeaders } from './response-headers.ts'

export interface UpgradeForwarding {
  readonly request: IncomingMessage
  readonly socket: Duplex
  /** What the client sent after the handshake already. */
  readonly head: Buffer
  readonly path: string
  readonly client: ClientFacts
  readonly balancer: () => Balancer | undefined
  readonly limits: Pick<Limits, 'closeTimeout'>
  readonly onFailure: (pool: Pool, failure: Failure) => void
}

/** The request is a WebSocket handshake. */
export function forwardUpgrade(forwarding: UpgradeForwarding): void {
  const { request, socket, path, client } = forwarding
  socket.on('error', () => socket.destroy())
  const outgoing = { method: 'GET', head: upstreamRequestHead(request, path, 'none', client, true), body: 'none' as const, upgrade: true }
  const tried = new Set<Pool>()
  const attempt = (): void => {
    const pool = forwarding.balancer()?.next(tried)
    if (pool === undefined) return refuse(socket, '502 Bad Gateway')
    tried.add(pool)
    const recover = (failure: Failure): void => {
      forwarding.onFailure(pool, failure)
      if (failure.kind === 'connect') attempt()
      else if (failure.kind === 'truncated') socket.destroy()
      else refuse(socket, failure.kind === 'timeout' ? '504 Gateway Timeout' : '502 Bad Gateway')
    }
    const sent = pool.send(outgoing, createHandler(forwarding, pool, recover), true)
    socket.once('close', () => sent.abort())
  }
  attempt()
}

function createHandler(
  { socket, head: early, limits }: UpgradeForwarding,
  pool: Pool,
  recover: (failure: Failure) => void,
): ExchangeHandler {
  let exchange: Exchange | undefined
  return {
    onConnected(connected) {
      exchange = connected
      socket.on('drain', () => connected.resume())
    },
    onDrain() {},
    onInformational() {},
    onHead: (head) => void socket.write(headText(head, ['Connection', 'close']), 'latin1'),
    onData(data) {
      if (!socket.write(data)) exchange?.pause()
    },
    onEnd: () => void socket.end(),
    onUpgrade(head, upstream, rest) {
      const protocol = head.headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'upgrade')
      socket.write(headText(head, ['Connection', 'Upgrade', 'Upgrade', head.headers[protocol + 1] ?? 'websocket']), 'latin1')
      if (early.length > 0) upstream.write(early)
      const forget = pool.hold(joinWebSocket(socket, upstream, rest, limits.closeTimeout))
      socket.once('close', forget)
    },
    onFailure: recover,
  }
}

function headText(head: ResponseHead, connection: readonly string[]): string {
  const fields = [...responseHeaders(head.headers, head.framing.kind !== 'chunked' && head.framing.kind !== 'close'), ...connection]
  let text = `HTTP/1.1 ${head.statusCode} ${head.statusMessage}\r\n`
  for (let index = 0; index < fields.length; index += 2) text += `${fields[index]}: ${fields[index + 1]}\r\n`
  return `${text}\r\n`
}

function refuse(socket: Duplex, status: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${status.length + 1}\r\n\r\n${status}\n`,
  )
}
