/** Caddy's whole configuration, from the shapes of all routes. Pure data. */
import type { ProxyTls, Route } from '@hop3/core'
import { appHandler, type Json } from './app-handler.ts'
import { literalPath } from './config-text.ts'
import { linkName, shapeOf, type RouteShape } from './route-shape.ts'

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
}

/** `generation` is what the proof answers: this configuration is told from others by it. */
export function caddyConfig(facts: CaddyFacts, routes: readonly Route[], generation: string): Json {
  const shapes = routes.map(shapeOf).toSorted((one, other) => (one.appName < other.appName ? -1 : 1))
  const handle = (shape: RouteShape, port: number): Json =>
    appHandler(shape, { ...facts, generation, port, root: `${literalPath(facts.live)}/${linkName(shape)}` })
  const common = shapes.map((shape) => ({
    names: shape.names.filter((name) => name !== '_'),
    route: { handle: [handle(shape, facts.listen.port)], terminal: true },
    shape,
  }))
  const all = shapes.find(({ names }) => names.includes('_'))
  const commonRoutes = [
    ...common.map(({ names, route, shape }) => ({ '@id': `hop3-${shape.appName}`, match: [{ host: names }], ...route })),
    ...(all === undefined ? fallback(facts.token, generation) : [{ handle: [handle(all, facts.listen.port)], terminal: true }]),
  ]
  const names = Object.fromEntries(
    shapes.flatMap((shape) => shape.names.filter((name) => name !== '_').map((name) => [name, shape.appName] as const)),
  )
  const server = (address: string, port: number, serverRoutes: Json, logs: Json): Json => ({
    listen: [`${address.includes(':') ? `[${address}]` : address}:${port}`],
    automatic_https: { disable: true },
    protocols: ['h1'],
    read_header_timeout: '15s',
    idle_timeout: '65s',
    max_header_bytes: 32_768,
    routes: serverRoutes,
    ...(facts.accessLog && { logs }),
  })
  const servers = {
    common: server(facts.listen.address, facts.listen.port, commonRoutes, {
      logger_names: names,
      ...(all === undefined ? { skip_unmapped_hosts: true } : { default_logger_name: all.appName }),
    }),
    ...Object.fromEntries(
      shapes.map(
        (shape) =>
          [
            `app-${shape.appName}`,
            server('127.0.0.1', shape.port, [{ handle: [handle(shape, shape.port)] }], { default_logger_name: shape.appName }),
          ] as const,
      ),
    ),
  }
  return {
    admin: { listen: `unix/${facts.socket}`, origins: [adminHost], config: { persist: false } },
    storage: { module: 'file_system', root: `${facts.directory}/storage` },
    logging: { logs: logs(facts, shapes) },
    apps: { http: { servers } },
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
