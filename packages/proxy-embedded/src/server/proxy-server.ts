/** The server: a table of routes, the ports it answers on, and what the control socket may ask of it. */
import type { Route } from '@hop3/core'
import { parseRoute } from '@hop3/core/routes'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { ControlAnswer } from '../control-protocol.ts'
import type { Limits } from '../limits.ts'
import type { Pool } from '../upstream/pool.ts'
import { createContentCache } from '../site/content-cache.ts'
import type { InheritedSockets } from './hand-over.ts'
import { createListeners, type Listeners } from './listeners.ts'
import { createRouteTable } from './route-table.ts'
import { createStallGuard } from './stall-guard.ts'

export interface ProxyServerOptions {
  readonly listen: { readonly address: string; readonly port: number }
  /** Another proxy of this home still listens there. */
  readonly shared?: boolean
  /** Directory of the route files. */
  readonly routes: string
  readonly limits: Limits
  readonly token: string
  readonly log: (line: string) => void
  readonly logAccess?: (line: string) => void
}

export interface ProxyServer {
  readonly listeners: Listeners
  /** Reads every route file and listens; rejects when the common port cannot be had. An app's own port that is taken is tried again later. */
  start(inherited: InheritedSockets): Promise<void>
  load(appName: string, shared?: boolean): Promise<ControlAnswer | undefined>
  drop(appName: string): void
  /** Takes over what an app's route file says for the connections it still has, and listens nowhere. */
  follow(appName: string): Promise<void>
  /** App → release. */
  apps(): Readonly<Record<string, string>>
  stop(drainTimeout: number, idleGrace: number): Promise<void>
}

const portRetry = 2_000

export function createProxyServer({ listen, shared = false, routes, limits, token, log, logAccess }: ProxyServerOptions): ProxyServer {
  const guard = createStallGuard(limits)
  const table = createRouteTable({ limits, contents: createContentCache(), guard })
  let draining = false
  const listeners = createListeners(
    {
      table,
      limits,
      guard,
      token,
      log,
      logAccess: logAccess && ((request, response) => logWhenDone(request, response, logAccess)),
      isDraining: () => draining,
    },
    listen,
  )

  const openMissing = async (inherited: InheritedSockets, isShared = false): Promise<void> => {
    for (const { live } of table.apps()) {
      const port = live?.route.port
      if (port === undefined || listeners.has(port)) continue
      await listeners
        .open(port, { inherited: inherited.get(port), isShared })
        .catch((error: unknown) => log(`port ${port}: ${String(error)}`))
    }
  }
  let retry: NodeJS.Timeout | undefined
  const closeUnused = (): void => {
    for (const port of listeners.ports()) if (table.byPort(port) === undefined) listeners.close(port)
  }
  const hostTaken = (route: Route): ControlAnswer | undefined => {
    const conflict = table.conflict(route)
    if (conflict === undefined) return undefined
    return { ok: false, problem: 'host-taken', message: `the host name ${conflict.host} belongs to the app ${conflict.appName}` }
  }

  return {
    listeners,
    apps: () => Object.fromEntries(table.apps().map(({ appName, live }) => [appName, live?.route.release ?? ''])),
    async start(inherited) {
      for (const route of await readRoutes(routes, log)) table.put(route)
      await listeners.open(undefined, { inherited: inherited.get(undefined), isShared: shared })
      await openMissing(inherited, shared)
      retry = setInterval(() => void openMissing(new Map()), portRetry).unref()
    },
    async load(appName, isShared = false) {
      const route = await readRoute(join(routes, `${appName}.json`))
      if (route?.appName !== appName) return { ok: false, problem: 'failed', message: `the route file of ${appName} cannot be read` }
      const taken = hostTaken(route)
      if (taken !== undefined) return taken
      try {
        await listeners.open(route.port, { isShared })
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        return { ok: false, problem: 'port-taken', address: '127.0.0.1', port: route.port, message }
      }
      // Another app's command may have come first while the port was opened.
      const takenNow = hostTaken(route)
      if (takenNow !== undefined) {
        closeUnused()
        return takenNow
      }
      const left = table.put(route)
      closeUnused()
      await settled(left, limits.switchTimeout)
      log(
        `${appName}: ${route.release} → ${route.upstreams.map(({ address, port }) => (port === null ? address : `${address}:${port}`)).join(', ')}`,
      )
      return undefined
    },
    drop(appName) {
      table.remove(appName)
      closeUnused()
      log(`${appName}: removed`)
    },
    async follow(appName) {
      const route = await readRoute(join(routes, `${appName}.json`))
      if (route?.appName === appName) table.put(route)
      else table.remove(appName)
    },
    async stop(drainTimeout, idleGrace) {
      draining = true
      clearInterval(retry)
      table.endStreams()
      await listeners.drain(drainTimeout, idleGrace)
      for (const { appName } of table.apps()) table.remove(appName)
      guard.stop()
    },
  }
}

/**
 * A connection that was opened a moment before the switch may wait to be accepted still, and a server that stops listening resets it: a POST
 * on it could not be repeated. So the switch is over when the old upstreams have answered, or have had time to take what was sent.
 */
async function settled(left: readonly Pool[], timeout: number): Promise<void> {
  const end = performance.now() + timeout
  const isBusy = (): boolean => left.some((pool) => pool.busy() > 0)
  while (isBusy() && performance.now() < end) await new Promise((resolve) => void setTimeout(resolve, 10))
}

async function readRoutes(directory: string, log: (line: string) => void): Promise<Route[]> {
  const routes: Route[] = []
  for (const name of (await readdir(directory)).toSorted()) {
    if (!name.endsWith('.json')) continue
    const route = await readRoute(join(directory, name))
    if (route === undefined) log(`${name} is not a route of this version`)
    else routes.push(route)
  }
  return routes
}

async function readRoute(path: string): Promise<Route | undefined> {
  return parseRoute(await readFile(path, 'utf8').catch(() => ''))
}

function logWhenDone(request: IncomingMessage, response: ServerResponse, write: (line: string) => void): void {
  const begun = performance.now()
  const client = request.socket.remoteAddress ?? '-'
  response.once('close', () => {
    const outcome = response.writableFinished ? String(response.statusCode) : `${response.statusCode} cut`
    const text = JSON.stringify(`${request.method} ${request.headers.host ?? '-'} ${request.url}`)
    write(`${client} ${text} ${outcome} ${Math.round(performance.now() - begun)}ms`)
  })
}
