/** What nginx is told once for all apps. Pure text. */
import type { ProxyTls } from '@hop3/core'
import { mediaTypes, textTypes } from '@hop3/core/routes'
import { block, quoted } from './config-words.ts'
import { instanceMaps, placeMaps } from './instance-maps.ts'
import type { RouteShape } from './route-shape.ts'

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
  /** See `certificateMark`. */
  readonly mark?: string
}

/** The whole file, apps in order. */
export function mainConfig(facts: ServerFacts, shapes: readonly RouteShape[]): string {
  const { directory, logs } = facts
  const at = (name: string): string => quoted(`${directory}/${name}`, 'the path')
  const counts = [...new Set(shapes.map(({ slots }) => slots))].filter((slots) => slots > 0)
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
      ...typeLines,
      ...tlsLines(facts),
      ...commonMaps(facts),
      ...(shapes.length === 0 ? [] : placeMaps),
      ...counts.flatMap(instanceMaps),
      ...fallbackServer(facts),
      // A path of their own: the same configuration is the same text wherever it lies.
      ...shapes.map(({ appName }) => `include ${quoted(`apps/${appName}.conf`, 'the path')};`),
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
function tlsLines({ tls, mark }: ServerFacts): readonly string[] {
  if (tls?.certificate.from !== 'files') return []
  const { certificate, key } = tls.certificate
  return [
    ...(mark ? [`# ${mark}`] : []),
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
    // Each request has a connection of its own to its instance. Who ends it first keeps its port for a minute: 28 000 in a minute would be all there are.
    ...block('map $hop3_upgrade $hop3_connection', ['default close;', 'websocket upgrade;']),
    ...block('map $request_method $hop3_sends', ['default 1;', 'GET "";', 'HEAD "";', 'OPTIONS "";']),
    // Less than a megabyte is waited for, so that it can be sent to another instance; all else is passed on as it comes.
    ...block('map "$hop3_sends$content_length" $hop3_streams', ['default "";', '"~^1(?:\\d{7,})?$" 1;']),
    // What an instance may have acted on, and what one has been given all the time there is for.
    ...block('map "$hop3_sends $upstream_status|$upstream_bytes_sent" $hop3_spent', [
      'volatile;',
      'default "";',
      '"~^1 [^|]*\\|.*[1-9]" refused;',
      '"~504\\|(?:.* )?[1-9][0-9]*$" silent;',
    ]),
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

/** What has no type of its own is bytes: a browser then saves what it might otherwise run. */
const typeLines = [
  'default_type application/octet-stream;',
  ...block(
    'types',
    [...new Set(Object.values(mediaTypes))].map(
      (type) =>
        `${type} ${Object.keys(mediaTypes)
          .filter((extension) => mediaTypes[extension] === type)
          .join(' ')};`,
    ),
  ),
  // nginx has `text/html` among them by itself.
  `charset_types ${[...textTypes].filter((type) => type !== 'text/html').join(' ')};`,
]
