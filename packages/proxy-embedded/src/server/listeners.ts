/** The ports the server listens on: one for all apps by host name, one of its own for each app. */
import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { createFront, type FrontOptions } from './front.ts'
import type { InheritedSocket } from './hand-over.ts'

export interface Listeners {
  /** `port` undefined: the common port. Resolves when it listens; rejects with the system's error and changes nothing. */
  open(port: number | undefined, from?: Opening): Promise<void>
  /** Stops listening on an app's port; requests under way finish. */
  close(port: number): void
  has(port: number): boolean
  ports(): readonly number[]
  /** Key (`undefined` is the common port) and listening socket, to hand to another process. */
  handles(): readonly (readonly [port: number | undefined, server: Server])[]
  /** Stops listening everywhere, lets requests finish, and ends what is left after `timeout` milliseconds; idle connections may still bring a request for `grace`. */
  drain(timeout: number, grace: number): Promise<void>
  /** Ends what `drain` waits for. */
  hurry(): void
}

export interface Opening {
  readonly inherited?: InheritedSocket | undefined
  /** Another proxy of this home listens there, too, until it goes. */
  readonly isShared?: boolean
}

/** How long idle connections live on after listening has stopped: a request may be on its way on one. */
export const idleGrace = 1_000
/** The same of a server another one has taken the place of: nobody waits for its end. */
export const replacedGrace = 10_000

export function createListeners(options: FrontOptions, listen: { readonly address: string; readonly port: number }): Listeners {
  const servers = new Map<number | undefined, Server>()
  const opening = new Map<number | undefined, Promise<void>>()
  const going = new Set<Server>()
  const hurried = new AbortController()

  /** Not `http.Server.close`, which would cut idle connections at once. */
  const stopListening = (server: Server, grace: number): void => {
    going.add(server)
    NetServer.prototype.close.call(server, () => going.delete(server))
    setTimeout(() => server.closeIdleConnections(), grace).unref()
  }

  const openNew = async (port: number | undefined, { inherited, isShared = false }: Opening): Promise<void> => {
    const place = port === undefined ? { port: listen.port, host: listen.address } : { port, host: '127.0.0.1' }
    // What is shared below is so with a proxy of this home only, not with whoever of this user listens there.
    if (inherited === undefined && !isShared) await tryAlone(place)
    const server = createFront(options, port)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.once('listening', () => {
        server.off('error', reject)
        server.on('error', (error) => options.log(`port ${port ?? listen.port}: ${error.message}`))
        resolve()
      })
      if (inherited !== undefined) server.listen(inherited.server)
      else server.listen({ ...place, reusePort: process.platform === 'linux' })
    })
    servers.set(port, server)
    for (const socket of inherited?.accepted.splice(0) ?? []) server.emit('connection', socket)
  }

  return {
    has: (port) => servers.has(port),
    ports: () => [...servers.keys()].flatMap((port) => port ?? []),
    handles: () => [...servers],
    async open(port, from = {}) {
      if (servers.has(port)) return
      // Whoever asks meanwhile would take this server for another's.
      const begun = opening.get(port) ?? openNew(port, from).finally(() => opening.delete(port))
      opening.set(port, begun)
      await begun
    },
    close(port) {
      const server = servers.get(port)
      servers.delete(port)
      if (server !== undefined) stopListening(server, idleGrace)
    },
    async drain(timeout, grace) {
      for (const server of servers.values()) stopListening(server, grace)
      servers.clear()
      const end = performance.now() + timeout
      while (going.size > 0 && performance.now() < end && !hurried.signal.aborted) {
        await new Promise((resolve) => void setTimeout(resolve, 20))
        // Each answer says that the connection ends; those that never ask again end here.
        if (performance.now() > end - timeout + grace) for (const server of going) server.closeIdleConnections()
      }
      for (const server of going) server.closeAllConnections()
    },
    hurry: () => hurried.abort(),
  }
}

/** Rejects with the system's error where somebody listens. */
function tryAlone(place: { readonly port: number; readonly host: string }): Promise<void> {
  const trial = new NetServer()
  return new Promise((resolve, reject) => {
    trial.once('error', reject)
    trial.listen(place, () => trial.close(() => resolve()))
  })
}
