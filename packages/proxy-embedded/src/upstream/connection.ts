/** A connection to an upstream: carries one request at a time, any number of them one after another. */
import type { Socket } from 'node:net'
import type { Exchange, ExchangeHandler, Failure, UpstreamRequest } from './exchange.ts'
import { createResponseParser, type ResponseParser } from './response-parser.ts'

export interface Connection {
  start(request: UpstreamRequest, handler: ExchangeHandler): Exchange
  destroy(): void
  /** When it became idle, by `performance.now()`. */
  idleSince: number
}

export interface ConnectionEvents {
  /** The response is complete and the connection can carry another request. */
  onIdle(connection: Connection): void
  onClose(connection: Connection): void
}

/** `socket` is connected. `responseTimeout` in milliseconds. */
export function createConnection(socket: Socket, responseTimeout: number, events: ConnectionEvents): Connection {
  let handler: ExchangeHandler | undefined
  let parser: ResponseParser | undefined
  let headSeen = false
  let bodySent = true
  let reusable = false
  let requests = 0
  let closeReason = 'the connection was closed'

  const finish = (): ExchangeHandler | undefined => {
    const finished = handler
    handler = undefined
    parser = undefined
    return finished
  }
  const fail = (kind: Failure['kind'], message: string): void => {
    const failed = finish()
    socket.destroy()
    failed?.onFailure({ kind, reused: requests > 1, message })
  }

  const begin = (request: UpstreamRequest, by: ExchangeHandler): ResponseParser =>
    createResponseParser(request.method, {
      onHead(head, more) {
        if (handler !== by) return
        if (head.statusCode < 200) return by.onInformational(head)
        headSeen = true
        reusable = head.reusable
        by.onHead(head, more)
      },
      onData(data, last) {
        if (handler === by) by.onData(data, last)
      },
      onEnd(trailers, rest) {
        if (handler !== by) return
        finish()
        // An upstream that answers before it has read the whole body, or says more than it should, cannot be talked to any further.
        if (reusable && bodySent && rest.length === 0 && !socket.destroyed) {
          socket.resume()
          events.onIdle(connection)
        } else socket.destroy()
        by.onEnd(trailers)
      },
      onUpgrade(head, rest) {
        if (!request.upgrade) throw new Error('the upstream changed protocols without being asked')
        finish()
        for (const name of ['data', 'end', 'close', 'error', 'timeout', 'drain']) socket.removeAllListeners(name)
        socket.setTimeout(0)
        events.onClose(connection)
        by.onUpgrade(head, socket, rest)
      },
    })

  socket.setTimeout(responseTimeout)
  socket.on('data', (bytes) => {
    const reading = handler
    try {
      // An idle connection has nothing to say.
      if (parser === undefined) socket.destroy()
      else parser.push(bytes)
    } catch (error) {
      if (handler === reading && reading !== undefined)
        fail(headSeen ? 'truncated' : 'malformed', error instanceof Error ? error.message : String(error))
      else socket.destroy()
    }
  })
  socket.on('end', () => {
    if (parser?.end() === true) return
    socket.destroy()
  })
  socket.on('error', (error) => {
    closeReason = error.message
  })
  socket.on('close', () => {
    events.onClose(connection)
    if (handler !== undefined) fail(headSeen ? 'truncated' : 'lost', closeReason)
  })
  socket.on('timeout', () => {
    if (handler === undefined) socket.destroy()
    else if (!headSeen && bodySent) fail('timeout', `no answer within ${responseTimeout / 1000} s`)
  })
  socket.on('drain', () => handler?.onDrain())

  const connection: Connection = {
    idleSince: 0,
    destroy: () => void socket.destroy(),
    start(request, by) {
      handler = by
      headSeen = false
      reusable = false
      bodySent = request.body === 'none'
      requests++
      parser = begin(request, by)
      socket.write(request.head, 'latin1')
      const mine = (): boolean => handler === by
      return {
        write: (data) => !mine() || (request.body === 'chunked' ? writeChunk(socket, data) : socket.write(data)),
        endBody() {
          if (!mine()) return
          if (request.body === 'chunked') socket.write('0\r\n\r\n', 'latin1')
          bodySent = true
        },
        pause: () => void (mine() && socket.pause()),
        resume: () => void (mine() && socket.resume()),
        abort() {
          if (!mine()) return
          finish()
          socket.destroy()
        },
      }
    },
  }
  return connection
}

function writeChunk(socket: Socket, data: Buffer): boolean {
  if (data.length === 0) return true
  socket.cork()
  socket.write(`${data.length.toString(16)}\r\n`, 'latin1')
  socket.write(data)
  const ready = socket.write('\r\n', 'latin1')
  socket.uncork()
  return ready
}
