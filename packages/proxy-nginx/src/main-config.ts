/** What nginx is told once for all apps. Pure text. */
import type { ProxyTls } from '@hop3/core'
import { block, quoted } from './config-words.ts'

export interface ServerFacts {
  readonly listen: { readonly address: string; readonly port: number }
  readonly tls?: ProxyTls
  readonly accessLog: boolean
  readonly isRoot: boolean
  readonly directory: string
  readonly logs: string
  /** The file whose being there ends connections. */
  readonly parting: string
  /** Opens the proof: what a request carries in `hop3-verify`. */
  readonly token: string
  /** What the proof answers, so that one configuration is told from the next. */
  readonly generation: string
  /** Where this generation's files are. */
  readonly path: string
}

/** The whole file, `apps` in order. */
export function mainConfig(facts: ServerFacts, apps: readonly string[]): string {
  const { directory, logs } = facts
  const at = (name: string): string => quoted(`${directory}/${name}`, 'the path')
  const lines = [
    'daemon off;',
    // As the embedded proxy: what this user may read can be published. Without it root's nginx would serve as `nobody`.
    ...(facts.isRoot ? ['user root;'] : []),
    `pid ${at('nginx.pid')};`,
    `error_log ${quoted(`${logs}/proxy-nginx.log`, 'the path')} warn;`,
    'worker_processes auto;',
    'worker_shutdown_timeout 1h;',
    ...block('events', ['worker_connections 4096;']),
    ...block('http', [
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${at(`tmp/${name}`)};`),
      'server_tokens off;',
      'sendfile on;',
      'tcp_nopush on;',
      'access_log off;',
      'server_names_hash_bucket_size 512;',
      'server_names_hash_max_size 4096;',
      'variables_hash_max_size 2048;',
      'map_hash_bucket_size 256;',
      ...mediaTypes,
      ...tlsLines(facts),
      ...commonMaps(facts),
      ...fallbackServer(facts),
      ...apps.map((app) => `include ${quoted(`${facts.path}/apps/${app}.conf`, 'the path')};`),
    ]),
  ]
  return `${lines.join('\n')}\n`
}

/** Answers the proof, so that even a configuration without apps can be told to be live. */
function fallbackServer({ listen, tls, token }: ServerFacts): readonly string[] {
  return block('server', [
    // Each worker its own queue: so another proxy can take the place while this one still serves.
    `listen ${listenAddress(listen)} default_server reuseport;`,
    ...(tls ? [`listen ${listenAddress(tls.listen)} ssl http2 default_server reuseport;`] : []),
    'server_name "";',
    ...proof(token, '-'),
    'default_type "text/plain; charset=utf-8";',
    'return 404 "404 Not Found: no app has this name.\\n";',
  ])
}

/** One certificate for all names. */
function tlsLines({ tls }: ServerFacts): readonly string[] {
  if (tls?.certificate.from !== 'files') return []
  const { certificate, key } = tls.certificate
  return [
    `ssl_certificate ${quoted(certificate, 'the path')};`,
    `ssl_certificate_key ${quoted(key, 'the path')};`,
    'ssl_protocols TLSv1.2 TLSv1.3;',
    'ssl_session_cache shared:hop3:4m;',
    'ssl_session_timeout 1h;',
  ]
}

/** Where a request by name that came without TLS is sent. Empty without TLS. */
export function redirect({ tls }: ServerFacts): readonly string[] {
  if (tls === undefined) return []
  const port = tls.listen.port === 443 ? '' : `:${tls.listen.port}`
  return block('if ($hop3_plain)', [`return 308 "https://$host${port}$request_uri";`])
}

/** Answers who carries the token with the generation and the release, before anything else of a server is looked at. */
export function proof(token: string, release: string): readonly string[] {
  return block(`if ($http_hop3_verify = "${token}")`, [`return 200 "hop3 $hop3_generation ${release}\\n";`])
}

export function listenAddress({ address, port }: ServerFacts['listen']): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

function commonMaps({ generation, listen }: ServerFacts): readonly string[] {
  return [
    `map $host $hop3_generation { default "${generation}"; }`,
    ...block('map $http_upgrade $hop3_upgrade', ['default "";', '"~*^websocket$" websocket;']),
    ...block('map $hop3_upgrade $hop3_connection', ['default "";', 'websocket upgrade;']),
    ...block('map $request_method $hop3_sends', ['default 1;', 'GET "";', 'HEAD "";', 'OPTIONS "";']),
    // An app's own port stays as it is.
    ...block('map "$scheme $server_port" $hop3_plain', ['default "";', `"http ${listen.port}" 1;`]),
    // What lasts: WebSockets and event streams may be silent for long.
    ...block('map "$hop3_upgrade $http_accept" $hop3_lasts', ['default "";', '"~^websocket " 1;', '"~text/event-stream" 1;']),
    ...block('map $remote_addr $hop3_node', [`default $remote_addr;`, `"~:" '"[$remote_addr]"';`]),
    ...block('map $http_host $hop3_forwarded_host', ['default "";', `"~^[A-Za-z0-9._:\\[\\]-]+$" ';host="$http_host"';`]),
    // A browser asks for a page by name, other clients for anything; scripts and pictures that are missing must not become pages.
    ...block('map "$http_accept $uri" $hop3_page', ['default "";', '"~text/html" 1;', '"~^ /" 1;', `"~\\*/\\*.* .*/[^./]*$" 1;`]),
    // A name that carries a hash of the content never gets other content; everything else is asked for every time.
    ...block('map $uri $hop3_keep', [
      'default "no-cache";',
      '"~\\.html$" "no-cache";',
      ...[
        '/(?:_next/static|_app/immutable)/',
        '[-_.~/](?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{8,}\\.[^/]*$',
        '[-_.~/](?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{8,}\\.[^/]*$',
      ].map((pattern) => `"~${pattern}" "public, max-age=31536000, immutable";`),
    ]),
  ]
}

const mediaTypes = block('types', [
  'text/html html htm;',
  'text/css css;',
  'text/plain txt;',
  'text/markdown md;',
  'text/csv csv;',
  'text/calendar ics;',
  'text/javascript js mjs cjs;',
  'application/json json map;',
  'application/ld+json jsonld;',
  'application/manifest+json webmanifest;',
  'application/xml xml;',
  'application/rss+xml rss;',
  'application/atom+xml atom;',
  'application/wasm wasm;',
  'application/pdf pdf;',
  'application/zip zip;',
  'application/gzip gz;',
  'image/svg+xml svg svgz;',
  'image/png png;',
  'image/jpeg jpg jpeg;',
  'image/gif gif;',
  'image/webp webp;',
  'image/avif avif;',
  'image/x-icon ico;',
  'font/woff woff;',
  'font/woff2 woff2;',
  'font/ttf ttf;',
  'font/otf otf;',
  'audio/mpeg mp3;',
  'audio/ogg ogg;',
  'video/mp4 mp4;',
  'video/webm webm;',
])
