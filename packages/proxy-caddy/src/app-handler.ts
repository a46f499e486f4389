/** What Caddy does with a request for one app. Pure data. */
import { maintenanceHeaders } from '@hop3/core/routes'
import { filesRoutes, siteRoutes } from './file-routes.ts'
import { pageName, type RouteShape } from './route-shape.ts'

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
      maintenance(facts),
      ...prefixes.flatMap(({ prefix, index }) => filesRoutes(prefix, `${facts.root}/files.${index}`)),
      ...(shape.isSite ? siteRoutes(`${facts.root}/site`, shape.spa) : proxied(shape, facts)),
    ],
    errors: { routes: shape.isSite ? [] : [502, 503, 504].map(plainError) },
  }
}

/** Sends a request to the same name by HTTPS. */
export function redirectHandler(facts: HandlerFacts, to: number): Json {
  const place = `https://{http.request.host}${to === 443 ? '' : `:${to}`}{http.request.uri}`
  const routes = [...proof(facts), { handle: [{ handler: 'static_response', status_code: 308, headers: { Location: [place] } }] }]
  return { handler: 'subroute', routes }
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

/** Answers everybody with the page, where there is one; in a few words who is told to see it and comes when it has just gone. */
function maintenance({ root }: HandlerFacts): Json {
  const directory = `${root}/closed`
  const set = Object.fromEntries(Object.entries(maintenanceHeaders).map(([name, value]) => [name, [value]]))
  const page = [
    // Files are sent to GET alone, and in parts, or not at all to who has them.
    { handler: 'rewrite', method: 'GET', uri: `/${pageName}` },
    {
      handler: 'headers',
      request: { delete: ['If-*', 'Range'] },
      response: { deferred: true, set, delete: ['Etag', 'Last-Modified', 'Accept-Ranges'] },
    },
    { handler: 'file_server', root: directory, status_code: 503, canonical_uris: false },
  ]
  const plain = { ...set, 'Content-Type': ['text/plain; charset=utf-8'] }
  const gone = {
    handler: 'static_response',
    status_code: 503,
    headers: plain,
    body: '503 Service Unavailable: the app is in maintenance.\n',
  }
  return {
    match: [{ file: { root: directory, try_files: [pageName] } }],
    handle: [{ handler: 'subroute', routes: [{ handle: page }], errors: { routes: [{ handle: [gone] }] } }],
    terminal: true,
  }
}

function proxied({ slots, depth }: RouteShape, { root, port }: HandlerFacts): Json[] {
  if (slots.length === 0) return [{ handle: [{ handler: 'error', status_code: 503 }] }]
  const tcp = slots.flatMap((kind, index) => (kind === 'tcp' ? [index] : []))
  const dials = slots.map((kind, index) =>
    kind === 'socket' ? `unix/${root}/socket.${index}` : `{http.regexp.hop3_web.${tcp.indexOf(index) + 1}}`,
  )
  return [
    ...(tcp.length === 0 ? [] : lookUpAddresses(`${root}/web`, depth)),
    {
      // Matches whatever the addresses are, and so picks them apart.
      ...(tcp.length > 0 && { match: [{ vars_regexp: { hop3_web: { name: 'hop3_web', pattern: addressPattern(tcp.length) } } }] }),
      handle: [
        dropped,
        {
          handler: 'reverse_proxy',
          upstreams: dials.map((dial) => ({ dial })),
          // Streams are sent on at once all the same. With -1 Caddy 2.6 ends every request under way when it is told something new.
          flush_interval: '1ms',
          // One that refuses is left out for a moment: before 2.7 a body cannot be sent to another.
          health_checks: { passive: { fail_duration: '500ms', max_fails: 1 } },
          load_balancing: { selection_policy: { policy: 'round_robin' }, try_duration: '3s', try_interval: '10ms' },
          headers: { request: { set: { 'X-Forwarded-Port': [String(port)], Host: ['{http.request.hostport}'] } } },
          transport: {
            protocol: 'http',
            versions: ['1.1'],
            compression: false,
            dial_timeout: '5s',
            response_header_timeout: '120s',
            // A connection that is kept by the name of a link would lead to whom the link led to before.
            keep_alive: tcp.length === slots.length ? { idle_timeout: '4s', max_idle_conns_per_host: 64 } : { enabled: false },
          },
        },
      ],
      terminal: true,
    },
    { handle: [{ handler: 'error', status_code: 503 }] },
  ]
}

/** What a client says of where it comes from: Caddy says it itself. */
const dropped = {
  handler: 'headers',
  request: { delete: ['X-Forwarded-*', 'X_forwarded_*', 'Forwarded', 'X-Real-Ip', 'Proxy'] },
}

/** The addresses are the path of the one file below the directory. Looked for once more where the directory was exchanged meanwhile. */
function lookUpAddresses(root: string, depth: number): Json[] {
  const found = { handler: 'vars', hop3_web: '{http.matchers.file.relative}' }
  const look = { match: [{ file: { root, try_files: [Array.from({ length: depth }, () => '*').join('/')] } }], handle: [found] }
  const again = { match: [{ vars: { hop3_web: [''] } }], handle: [{ handler: 'subroute', routes: [look] }] }
  return [{ handle: [{ handler: 'vars', hop3_web: '' }] }, look, again, again, again]
}

function addressPattern(count: number): string {
  return `^/?${Array.from({ length: count }, () => '([^,/]+)').join('[,/]')}$`
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
