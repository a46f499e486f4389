/** Ends clients that hold a request open without sending or reading. One timer for all of them: a timer per piece of a body costs more than the piece. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Limits } from '../limits.ts'

export interface StallGuard {
  /** A body is awaited. */
  clientMustSend(request: IncomingMessage): void
  clientHasSent(request: IncomingMessage): void
  /** The upstream takes no more for now: that is not the client's fault. */
  clientMustWait(request: IncomingMessage): void
  clientMayContinue(request: IncomingMessage): void
  clientIsDone(request: IncomingMessage): void
  /** The client's connection takes no more of a response. */
  clientMustRead(response: ServerResponse): void
  clientHasRead(response: ServerResponse): void
  stop(): void
}

export function createStallGuard(limits: Pick<Limits, 'bodyIdleTimeout' | 'sendIdleTimeout'>): StallGuard {
  const sending = new Map<IncomingMessage, number>()
  const reading = new Map<ServerResponse, { since: number; written: number }>()

  const check = (): void => {
    const now = performance.now()
    for (const [request, since] of sending) {
      const gone = request.destroyed || request.complete
      if (!gone && now - since < limits.bodyIdleTimeout) continue
      sending.delete(request)
      if (!gone) request.socket.destroy()
    }
    for (const [response, state] of reading) {
      if (response.destroyed) {
        reading.delete(response)
        continue
      }
      const written = response.socket?.bytesWritten ?? 0
      const queued = response.socket?.writableLength ?? 0
      // What left the queue counts, not the whole answer: a slow reader is welcome, one that stands still is not.
      if (written - queued !== state.written) reading.set(response, { since: now, written: written - queued })
      else if (now - state.since >= limits.sendIdleTimeout) {
        reading.delete(response)
        response.socket?.resetAndDestroy()
      }
    }
  }
  const timer = setInterval(check, Math.max(20, Math.min(limits.bodyIdleTimeout, limits.sendIdleTimeout) / 8)).unref()

  return {
    clientMustSend: (request) => void sending.set(request, performance.now()),
    clientHasSent: (request) => void (sending.has(request) && sending.set(request, performance.now())),
    clientMustWait: (request) => void sending.delete(request),
    clientMayContinue: (request) => void (request.complete || request.destroyed || sending.set(request, performance.now())),
    clientIsDone: (request) => void sending.delete(request),
    clientMustRead(response) {
      const { socket } = response
      reading.set(response, { since: performance.now(), written: (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0) })
    },
    clientHasRead: (response) => void reading.delete(response),
    stop: () => clearInterval(timer),
  }
}
