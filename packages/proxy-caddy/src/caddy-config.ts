/** Caddy's whole configuration, from the shapes of all routes. Pure data. */
import type { ProxyTls, Route } from '@hop3/core'
import { linkName } from '@hop3/core/routes'
import { appHandler, redirectHandler, type HandlerFacts, type Json } from './app-handler.ts'
import { literalPath } from './config-text.ts'
import { shapeOf, type RouteShape } from './route-shape.ts'
import { tlsApps, tlsServer } from './tls-config.ts'

export interface CaddyFacts {
  readonly listen: { readonly address: string; readonly port: number }
  readonly tls?: ProxyTls
  readonly accessLog: boolean
  readonly socket: string
  readonly live: string
  readonly logs: string
  readonly log: string
  readonly directory: string
  readonly token: string
  /** See `certificateMark`. */
  readonly mark?: string
}

/** `generation` is what the proof answers: this configuration is told from others by it. */
export function caddyConfig(facts: CaddyFacts, routes: readonly Route[], generation: string): Json {
  const { listen, tls } = facts
  const shapes = routes.map(shapeOf).toSorted((one, other) => (one.appName < other.appName ? -1 : 1))
  const names = shapes.flatMap((shape) => shape.names.filter((name) => name !== '_').map((name) => [name, shape.appName] as const))
  const catchAll = shapes.find((shape) => shape.names.includes('_'))
  const handlerFacts = (shape: RouteShape, port: number): HandlerFacts => ({
    token: facts.token,
    generation,
    port,
    root: `${literalPath(facts.live)}/${linkName(shape)}`,
  })
  const handle = (shape: RouteShape, port: number): Json => appHandler(shape, handlerFacts(shape, port))
  const byName = (port: number, handler: (shape: RouteShape) => Json): Json[] => [
    ...shapes.map((shape) => ({
      '@id': `hop3-${shape.appName}-${port}`,
      match: [{ host: shape.names.filter((name) => name !== '_') }],
      handle: [handler(shape)],
      terminal: true,
    })),
    ...(catchAll === undefined ? fallback(facts.token, generation) : [{ handle: [handle(catchAll, port)], terminal: true }]),
  ]
  const plain = { automatic_https: { disable: true }, protocols: ['h1'] }
  const server = (
    place: CaddyFacts['listen'],
    kind: { readonly [name: string]: Json },
    serverRoutes: readonly Json[],
    logs: Json,
  ): Json => ({
    listen: [`${place.address.includes(':') ? `[${place.address}]` : place.address}:${place.port}`],
    ...kind,
    read_header_timeout: '15s',
    idle_timeout: '65s',
    max_header_bytes: 32_768,
    routes: [endConnections(facts), ...serverRoutes],
    ...(facts.accessLog && { logs }),
  })
  const commonLogs = {
    logger_names: Object.fromEntries(names),
    ...(catchAll === undefined ? { skip_unmapped_hosts: true } : { default_logger_name: catchAll.appName }),
  }
  const common = (port: number): Json[] => byName(port, (shape) => handle(shape, port))
  const sent = (to: number): Json[] => byName(listen.port, (shape) => redirectHandler(handlerFacts(shape, listen.port), to))
  const own = shapes.map((shape) => {
    const place = { address: '127.0.0.1', port: shape.port }
    return [
      `app-${shape.appName}`,
      server(place, plain, [{ handle: [handle(shape, shape.port)] }], { default_logger_name: shape.appName }),
    ] as const
  })
  const servers = {
    common: server(listen, plain, tls === undefined ? common(listen.port) : sent(tls.listen.port), commonLogs),
    ...(tls && { secure: server(tls.listen, tlsServer(tls), common(tls.listen.port), commonLogs) }),
    ...Object.fromEntries(own),
  }
  return {
    admin: { listen: `unix/${literalPath(facts.socket)}`, origins: [adminHost], config: { persist: false } },
    storage: { module: 'file_system', root: `${literalPath(facts.directory)}/storage` },
    logging: { logs: logs(facts, shapes) },
    apps: {
      // Of a configuration that is replaced: it goes on beside its successor, and parts with its clients meanwhile.
      http: { servers, shutdown_delay: '500ms', ...(tls && { http_port: listen.port, https_port: tls.listen.port }) },
      ...(tls &&
        tlsApps(
          tls,
          names.map(([name]) => name),
          facts.mark,
        )),
    },
  }
}

/** While the file is there, each answer ends its connection. */
function endConnections({ directory }: CaddyFacts): Json {
  return {
    match: [{ file: { root: literalPath(directory), try_files: ['parting'] } }],
    handle: [{ handler: 'headers', response: { deferred: true, set: { Connection: ['close'] } } }],
  }
}

/** What requests to its administration name as their host. */
export const adminHost = 'hop3.invalid'

function fallback(token: string, generation: string): Json[] {
  const plain = { 'Content-Type': ['text/plain; charset=utf-8'], 'Cache-Control': ['no-store'] }
  return [
    {
      match: [{ header: { 'hop3-verify': [token] } }],
      handle: [{ handler: 'static_response', body: `hop3 ${generation} -\n` }],
      terminal: true,
    },
    { handle: [{ handler: 'static_response', status_code: 404, headers: plain, body: '404 Not Found: no app has this name.\n' }] },
  ]
}

function logs({ accessLog, logs: directory, log }: CaddyFacts, shapes: readonly RouteShape[]): Json {
  const access = shapes.map(
    ({ appName }) =>
      [
        `access-${appName}`,
        {
          writer: { output: 'file', filename: `${literalPath(directory)}/access-${appName}.log` },
          encoder: { format: 'json' },
          include: [`http.log.access.${appName}`],
        },
      ] as const,
  )
  return {
    default: { level: 'WARN', writer: { output: 'file', filename: literalPath(log) }, exclude: ['http.log.access'] },
    ...(accessLog && Object.fromEntries(access)),
  }
}
