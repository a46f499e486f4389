/** Which requests to change protocols are taken up; what becomes of the others. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { bodyOf } from './request-head.ts'

/**
 * Only WebSocket is passed on: any other protocol would be a tunnel past the proxy (h2c is used for that). Clients offer others with ordinary
 * requests — Java's does with every one — and a server is free to ignore that (RFC 9110 §7.8).
 */
export function isWebSocketHandshake(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket' && request.method === 'GET' && bodyOf(request) === 'none'
}

/**
 * Has `server` read the request once more without its `Upgrade`, with the body that follows. For Node before 24.9, which parses nothing after
 * the head of a request that offers another protocol and cannot be told to ignore the offer.
 */
export function readAsOrdinary(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { rawHeaders } = request
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'upgrade') text += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]))
  server.emit('connection', socket)
}
