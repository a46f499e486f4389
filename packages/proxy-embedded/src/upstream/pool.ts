/** The connections to one upstream. */
import type { Upstream } from '@hop3/core'
import { connect, type NetConnectOpts } from 'node:net'
import type { Limits } from '../limits.ts'
import { createConnection, type Connection, type ConnectionEvents } from './connection.ts'
import type { Exchange, ExchangeHandler, UpstreamRequest } from './exchange.ts'

/** An event stream or a WebSocket: open for as long as both sides like. */
export interface Stream {
  /** Has the client come again, and find whoever answers then. */
  end(): void
}

export interface Pool {
  readonly upstream: Upstream
  /**
   * Sends a request. With `fresh` it gets a connection of its own, opened for it: an upstream may close a kept one at any moment, and only
   * a request that may be repeated can bear that. Returns how to abort it while it is not connected yet.
   */
  send(request: UpstreamRequest, handler: ExchangeHandler, fresh: boolean): { abort(): void }
  /** Resolves when the upstream takes a connection; rejects with the system's error. */
  probe(): Promise<void>
  /** Keeps the stream in mind until what is returned is called. One that begins after `retire` is ended as well. */
  hold(stream: Stream): () => void
  endStreams(): void
  /** Closes idle connections now, the others with their last response, and ends streams after `grace` milliseconds. */
  retire(grace: number): void
  /** Requests under way. */
  busy(): number
  /** Refused a connection until this moment of `performance.now()`: others are asked first. */
  downUntil: number
}

const downTime = 1_000

export function createPool(upstream: Upstream, limits: Limits): Pool {
  const idle: Connection[] = []
  const streams = new Set<Stream>()
  let retired = false
  let connections = 0
  let sweep: NodeJS.Timeout | undefined

  const target: NetConnectOpts =
    upstream.port === null ? { path: upstream.address } : { host: upstream.address, port: upstream.port, noDelay: true }

  const sweepIdle = (): void => {
    const oldest = performance.now() - limits.upstreamIdleTimeout
    for (const connection of idle.filter((one) => one.idleSince < oldest)) connection.destroy()
    if (idle.length > 0) return
    clearInterval(sweep)
    sweep = undefined
  }

  const events: ConnectionEvents = {
    onIdle(connection) {
      if (retired || idle.length >= limits.maxIdleUpstreamConnections) return connection.destroy()
      connection.idleSince = performance.now()
      idle.push(connection)
      sweep ??= setInterval(sweepIdle, limits.upstreamIdleTimeout / 4).unref()
    },
    onClose(connection) {
      connections--
      const index = idle.indexOf(connection)
      if (index !== -1) idle.splice(index, 1)
    },
  }

  const open = (request: UpstreamRequest, handler: ExchangeHandler): { abort(): void } => {
    let exchange: Exchange | undefined
    const socket = connect(target)
    connections++
    const refuse = (message: string): void => {
      connections--
      socket.removeAllListeners()
      socket.on('error', () => {}) // said already
      socket.destroy()
      pool.downUntil = performance.now() + downTime
      handler.onFailure({ kind: 'connect', reused: false, message })
    }
    socket.setTimeout(limits.connectTimeout)
    socket.once('timeout', () => refuse(`no connection within ${limits.connectTimeout / 1000} s`))
    socket.once('error', (error) => refuse(error.message))
    socket.once('connect', () => {
      socket.removeAllListeners('timeout').removeAllListeners('error')
      pool.downUntil = 0
      exchange = createConnection(socket, limits.responseTimeout, events).start(request, handler)
      handler.onConnected(exchange)
    })
    return {
      abort() {
        if (exchange !== undefined) return exchange.abort()
        if (socket.destroyed) return
        connections--
        socket.removeAllListeners().on('error', () => {}) // nobody waits for it any more
        socket.destroy()
      },
    }
  }

  const endStreamsAfter = (grace: number): void => {
    if (streams.size > 0) setTimeout(() => pool.endStreams(), grace).unref()
  }

  const pool: Pool = {
    upstream,
    downUntil: 0,
    busy: () => connections - idle.length,
    send(request, handler, fresh) {
      const connection = fresh ? undefined : idle.pop()
      if (connection === undefined) return open(request, handler)
      const exchange = connection.start(request, handler)
      handler.onConnected(exchange)
      return exchange
    },
    probe: () =>
      new Promise((resolve, reject) => {
        const socket = connect(target)
        const finish = (): void => {
          socket.destroy()
          resolve()
        }
        // A listener whose queue is full answers nothing: it is busy, not gone, and scaling up is how one helps it.
        socket.setTimeout(limits.probeTimeout, finish)
        socket.once('error', reject)
        socket.once('connect', finish)
      }),
    hold(stream) {
      streams.add(stream)
      if (retired) endStreamsAfter(limits.streamGrace)
      return () => void streams.delete(stream)
    },
    endStreams() {
      for (const stream of streams) stream.end()
      streams.clear()
    },
    retire(grace) {
      retired = true
      clearInterval(sweep)
      for (const connection of idle.splice(0)) connection.destroy()
      endStreamsAfter(grace)
    },
  }
  return pool
}
