/** Files that nginx answers with itself: a site, and directories below a prefix. Pure text. */
import { block, quoted } from './config-words.ts'
import type { ServerFacts } from './main-config.ts'
import type { RouteShape } from './route-shape.ts'

/** A whole site: unknown pages are its index.html where that is wanted, else its 404.html. */
export function siteLines({ spa }: RouteShape, facts: ServerFacts): readonly string[] {
  const root = directory('site')
  const here = `root ${root};`
  const look = `try_files $uri $uri/ $uri.html ${spa ? '@page' : '=404'};`
  const missing = ['error_page 404 /404.html;', 'error_page 403 =404 /404.html;']
  return [
    ...fileLines(root),
    ...missing,
    ...block('location ~ "^/(?!\\.well-known/)(?:.*/)?\\."', ['return 404;']),
    ...block('location ~ "^/\\.well-known/(?:.*/)?\\."', ['return 404;']),
    ...block('location = /404.html', ['internal;', here, 'recursive_error_pages off;']),
    'recursive_error_pages on;',
    ...block('location /', [
      here,
      ...missing,
      'error_page 421 = @parting;',
      `if (-f ${quoted(facts.parting, 'the path')}) { return 421; }`,
      look,
    ]),
    // Once here, a connection ends with the answer, whoever gives it.
    ...block('location @parting', [here, 'keepalive_timeout 0;', look]),
    ...(spa
      ? [
          ...block('location @page', [here, 'error_page 418 = @index;', ...missing, 'if ($hop3_page) { return 418; }', 'return 404;']),
          ...block('location @index', [here, 'try_files /index.html =404;', 'add_header Cache-Control "no-cache" always;']),
        ]
      : []),
  ]
}

/** Longer prefixes win by themselves; below one nothing else answers. See `filesAtTop` for `/`. */
export function staticPathLines({ prefixes }: RouteShape): readonly string[] {
  return prefixes.flatMap((prefix, index) => {
    const link = directory(`files.${index}`)
    if (prefix === '/') return []
    return block(`location ^~ ${prefix}`, [
      ...block('location ~ "/\\."', ['return 404;']),
      `alias ${link}/;`,
      ...fileLines(link),
      'error_page 403 =404 @missing;',
    ])
  })
}

/** A prefix of `/` holds what may be there: what it has not is the app's. Empty without one. */
export function filesAtTop({ prefixes }: RouteShape): readonly string[] {
  const index = prefixes.indexOf('/')
  if (index === -1) return []
  const root = directory(`files.${index}`)
  return [
    ...block('location ~ "/\\."', ['recursive_error_pages on;', 'error_page 420 = @app;', 'return 420;']),
    ...block('location /', [
      `root ${root};`,
      ...fileLines(root),
      'error_page 403 405 = @app;',
      'recursive_error_pages on;',
      'try_files $uri $uri/index.html $uri.html @app;',
    ]),
  ]
}

/** Below where the app's link led when the request came: one that was moved meanwhile is of no account. */
function directory(name: string): string {
  return `$hop3_place/${name}`
}

/** No link leads out: those below the directory are not followed at all. Tags and dates are not believed: a build may give all files one date. */
function fileLines(root: string): readonly string[] {
  return [
    'index index.html;',
    `disable_symlinks on from=${root};`,
    'etag off;',
    'if_modified_since off;',
    'gzip_static on;',
    'gzip on;',
    'gzip_vary on;',
    `gzip_types ${compressible.join(' ')};`,
    'add_header Cache-Control $hop3_keep always;',
    'add_header X-Content-Type-Options nosniff always;',
    'charset utf-8;',
  ]
}

const compressible = [
  'text/css',
  'text/plain',
  'text/markdown',
  'text/csv',
  'text/calendar',
  'text/javascript',
  'application/json',
  'application/ld+json',
  'application/manifest+json',
  'application/xml',
  'application/rss+xml',
  'application/atom+xml',
  'application/wasm',
  'image/svg+xml',
]
