/** Files that Caddy answers with itself: a site, and directories below a prefix. Pure data. */
import type { Json } from './app-handler.ts'

/** A whole site: unknown pages are its index.html where that is wanted, else its 404.html. */
export function siteRoutes(root: string, spa: boolean): Json[] {
  const plain = { match: [{ path_regexp: { pattern: '/[^/.]*$' } }], handle: [rewrite('/index.html')] }
  return [
    ...hidden(root),
    {
      match: [{ not: [{ file: { root, try_files: ['{http.request.uri.path}', '{http.request.uri.path}/index.html'] } }] }],
      handle: [
        {
          handler: 'subroute',
          routes: [
            {
              match: [{ file: { root, try_files: ['{http.request.uri.path}.html'] } }],
              handle: [rewrite('{http.matchers.file.relative}')],
              group: 'page',
            },
            ...(spa
              ? [
                  { match: [pageAsked], handle: [rewrite('/index.html')], group: 'page' },
                  { ...plain, group: 'page' },
                ]
              : []),
          ],
        },
      ],
    },
    ...served(root, [notFoundPage(root), plainMissing]),
  ]
}

/** Below a prefix nothing else answers; a prefix of `/` holds what may be there, and what it has not is the app's. */
export function filesRoutes(prefix: string, root: string): Json[] {
  if (prefix === '/') {
    const there = {
      file: { root, try_files: ['{http.request.uri.path}', '{http.request.uri.path}/index.html', '{http.request.uri.path}.html'] },
    }
    const open = { ...there, method: ['GET', 'HEAD'], not: [{ path_regexp: { pattern: '/\\.' } }] }
    return [
      {
        match: [open],
        handle: [
          { handler: 'subroute', routes: [{ handle: [rewrite('{http.matchers.file.relative}')] }, ...served(root, [plainMissing])] },
        ],
        terminal: true,
      },
    ]
  }
  const strip = { handle: [{ handler: 'rewrite', strip_path_prefix: prefix.slice(0, -1) }] }
  const secret = { match: [{ path_regexp: { pattern: '/\\.' } }], handle: [missing] }
  return [
    {
      match: [{ path: [`${prefix}*`] }],
      handle: [{ handler: 'subroute', routes: [strip, secret, ...served(root, [plainMissing])], errors: { routes: [plainMissing] } }],
      terminal: true,
    },
  ]
}

const pageAsked = { header_regexp: { Accept: { pattern: 'text/html' } } }

const onlyRead = {
  handler: 'static_response',
  status_code: 405,
  headers: { Allow: ['GET, HEAD'], 'Content-Type': ['text/plain; charset=utf-8'] },
  body: '405 Method Not Allowed: a site answers GET and HEAD.\n',
}

const missing = { handler: 'error', status_code: 404 }

function rewrite(uri: string): Json {
  return { handler: 'rewrite', uri }
}

/** Names that begin with a dot are nobody's business, but `.well-known` at the top is. */
function hidden(root: string): Json[] {
  const patterns = [
    '^/(?:[^.][^/]*/)+\\.',
    '^/\\.(?:[^w]|w[^e]|we[^l]|wel[^l]|well[^-]|well-[^k])',
    '^/\\.well-known/(?:.*/)?\\.',
    '^/\\.[^/]{0,9}$',
  ]
  const routes = [{ match: patterns.map((pattern) => ({ path_regexp: { pattern } })), handle: [missing] }]
  return [{ handle: [{ handler: 'subroute', routes, errors: { routes: [notFoundPage(root), plainMissing] } }] }]
}

const plainMissing: Json = {
  handle: [
    {
      handler: 'static_response',
      status_code: '{http.error.status_code}',
      headers: { 'Content-Type': ['text/plain; charset=utf-8'] },
      body: 'there is no such file.\n',
    },
  ],
}

function notFoundPage(root: string): Json {
  return {
    match: [{ vars: { '{http.error.status_code}': ['404', '403'] }, file: { root, try_files: ['/404.html'] } }],
    handle: [rewrite('/404.html'), ...headers, { handler: 'file_server', root, status_code: 404 }],
    terminal: true,
  }
}

/** Tags and dates are not believed: a build may give all files one date. */
const headers: Json[] = [
  {
    handler: 'headers',
    request: { delete: ['If-None-Match', 'If-Modified-Since', 'If-Range'] },
    response: { deferred: true, set: { 'X-Content-Type-Options': ['nosniff'] }, delete: ['Etag', 'Last-Modified'] },
  },
]

function served(root: string, errors: readonly Json[]): Json[] {
  const keep = (value: string): Json[] => [{ handler: 'headers', response: { set: { 'Cache-Control': [value] } } }]
  const routes: Json[] = [
    { match: [{ not: [{ method: ['GET', 'HEAD'] }] }], handle: [onlyRead], terminal: true },
    { handle: keep('no-cache') },
    { match: hashed.map((pattern) => ({ path_regexp: { pattern } })), handle: keep('public, max-age=31536000, immutable') },
    // A page may be called by what looks like a hash.
    { match: [{ path_regexp: { pattern: '\\.html$' } }], handle: keep('no-cache') },
    {
      handle: [
        ...headers,
        { handler: 'encode', encodings: { zstd: {}, gzip: {} }, prefer: ['zstd', 'gzip'], minimum_length: 256 },
        { handler: 'file_server', root, precompressed: { br: {}, gzip: {} }, precompressed_order: ['br', 'gzip'] },
      ],
    },
  ]
  return [{ handle: [{ handler: 'subroute', routes, errors: { routes: errors } }] }]
}

/** A name that carries a hash of the content never gets other content: hex digits, eight or more, with a letter and a digit at the front. */
const hashed = ['/(?:_next/static|_app/immutable)/', '[-_.~/](?:[0-9]+[a-f]|[a-f]+[0-9])[0-9a-f]{6,}\\.[^/]*$']
