/** The answer of an app in maintenance. */
import { maintenanceHeaders } from '@hop3/core/routes'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { bodyOf } from './request-head.ts'
import type { StallGuard } from './stall-guard.ts'

export interface PageAnswer {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly page: Buffer
  readonly expectsContinue: boolean
  readonly guard: StallGuard
}

/**
 * Whatever was asked. A body is read first, and dropped: who is still sending when the connection ends sees no answer. One that waits to be called
 * for is not.
 */
export function answerWithPage(answer: PageAnswer): void {
  const { request, expectsContinue, guard } = answer
  if (bodyOf(request) === 'none' || expectsContinue) return sendPage(answer)
  guard.clientMustSend(request)
  request.on('data', () => guard.clientHasSent(request))
  request.once('end', () => {
    guard.clientIsDone(request)
    sendPage(answer)
  })
}

function sendPage({ request, response, page, expectsContinue, guard }: PageAnswer): void {
  request.resume()
  guard.clientMustRead(response)
  response.once('close', () => guard.clientHasRead(response))
  const close = expectsContinue ? ['Connection', 'close'] : []
  response.writeHead(503, [...Object.entries(maintenanceHeaders).flat(), 'Content-Length', String(page.length), ...close])
  response.end(page)
}

/** The same to a WebSocket handshake, whose answer nobody sees. */
export function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  const retry = `Retry-After: ${maintenanceHeaders['Retry-After']}`
  socket.end(`HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n${retry}\r\nContent-Length: 0\r\n\r\n`)
}
