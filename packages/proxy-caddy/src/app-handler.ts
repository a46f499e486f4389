/** What Caddy does with a request for one app. Pure data. */
import { filesRoutes, siteRoutes } from './file-routes.ts'
import type { RouteShape } from './route-shape.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

export interface HandlerFacts {
  readonly token: string
  readonly generation: string
  /** The one the client sees. */
  readonly port: number
  /** The link to what the route leads to now. */
  readonly root: string
}

export function appHandler(shape: RouteShape, facts: HandlerFacts): Json {
  const prefixes = shape.prefixes
    .map((prefix, index) => ({ prefix, index }))
    .toSorted((one, other) => other.prefix.length - one.prefix.length)
  return {
    handler: 'subroute',
    routes: [
      ...proof(facts),
      ...prefixes.flatMap(({ prefix, index }) => filesRoutes(prefix, `${facts.root}/files.${index}`)),
      ...(shape.isSite ? siteRoutes(`${facts.root}/site`, shape.spa) : proxied(shape, facts)),
    ],
    errors: { routes: shape.isSite ? [] : [502, 503, 504].map(plainError) },
  }
}

/** Answers who carries the token, before anything else. The release is the name of a file. */
function proof({ token, generation, root }: HandlerFacts): Json[] {
  const pick = {
    match: [{ file: { root: `${root}/release`, try_files: ['*'] } }],
    handle: [{ handler: 'vars', hop3_release: '{http.matchers.file.relative}' }],
  }
  const answer = { handle: [{ handler: 'static_response', body: `hop3 ${generation} {http.vars.hop3_release}\n` }] }
  return [{ match: [{ header: { 'hop3-verify': [token] } }], handle: [{ handler: 'subroute', routes: [pick, answer] }], terminal: true }]
}

function proxied({ instances }: RouteShape, { root, port }: HandlerFacts): Json[] {
  if (instances.length === 0) return [{ handle: [{ handler: 'error', status_code: 503 }] }]
  return [
    ...instances.flatMap((kind, index) => (kind === 'socket' ? [] : pickInstance(`${root}/web.${index}`, index))),
    { handle: [dropped] },
    {
      handle: [
        {
          handler: 'reverse_proxy',
          upstreams: instances.map((kind, index) => ({
            dial: kind === 'socket' ? `unix/${root}/socket.${index}` : `{http.vars.hop3_${index}}`,
          })),
          flush_interval: -1,
          load_balancing: { selection_policy: { policy: 'round_robin' }, try_duration: '3s', try_interval: '50ms' },
          headers: { request: { set: { 'X-Forwarded-Port': [String(port)], Host: ['{http.request.hostport}'] } } },
          transport: {
            protocol: 'http',
            versions: ['1.1'],
            compression: false,
            dial_timeout: '5s',
            response_header_timeout: '120s',
            keep_alive: { idle_timeout: '4s', max_idle_conns_per_host: 64 },
          },
        },
      ],
    },
  ]
}

/** What a client says of where it comes from: Caddy says it itself. */
const dropped = {
  handler: 'headers',
  request: { delete: ['X-Forwarded-*', 'X_forwarded_*', 'Forwarded', 'X-Real-Ip', 'Proxy'] },
}

/** The instance's address is the name of the one file in the directory. Looked for once more where the directory was exchanged meanwhile. */
function pickInstance(root: string, index: number): Json[] {
  const look = {
    match: [{ file: { root, try_files: ['*'] } }],
    handle: [{ handler: 'vars', [`hop3_${index}`]: '{http.matchers.file.relative}' }],
  }
  const again = { match: [{ vars: { [`{http.vars.hop3_${index}}`]: [''] } }], handle: [{ handler: 'subroute', routes: [look] }] }
  return [{ handle: [{ handler: 'vars', [`hop3_${index}`]: '' }] }, look, again, again, again]
}

const words: Readonly<Record<number, string>> = {
  502: '502 Bad Gateway: the app does not accept connections.',
  503: '503 Service Unavailable: no instance of this app is running.',
  504: '504 Gateway Timeout: the app did not answer in time.',
}

function plainError(status: number): Json {
  const headers = { 'Content-Type': ['text/plain; charset=utf-8'], 'Cache-Control': ['no-store'] }
  return {
    match: [{ vars: { '{http.error.status_code}': [String(status)] } }],
    handle: [{ handler: 'static_response', status_code: status, headers, body: `${words[status]}\n` }],
  }
}
