/** What nginx is told of one app: from its route's shape to the text of its file. Pure. */
import { linkName, maintenanceHeaders } from '@hop3/core/routes'
import { block, quoted } from './config-words.ts'
import { listenAddress, proof, redirect, type ServerFacts } from './main-config.ts'
import { pageName, type RouteShape } from './route-shape.ts'
import { siteLines, staticPathLines } from './site-config.ts'
import { proxiedLines } from './upstream-config.ts'

/** The file's text. Throws `deploy.proxy.route` for a value nginx cannot be told. */
export function appConfig(shape: RouteShape, facts: ServerFacts): string {
  const { appName, port } = shape
  const isSite = shape.protocol === 'static'
  const lines = block('server', [
    `listen ${listenAddress(facts.listen)};`,
    ...(facts.tls ? [`listen ${listenAddress(facts.tls.listen)} ssl http2;`] : []),
    `listen 127.0.0.1:${port} reuseport;`,
    `server_name ${serverNames(shape).join(' ')};`,
    ...(facts.accessLog ? [`access_log ${quoted(`${facts.logs}/access-${appName}.log`, 'the path')} combined;`] : []),
    // Where the app's link leads now: looked up once for each request.
    `root ${quoted(`${facts.directory}/live/${linkName(shape)}/place`, 'the path')};`,
    'set $hop3_place $hop3_here;',
    ...patience,
    ...proof(facts.token, '$hop3_release'),
    ...redirect(facts),
    ...maintenance,
    ...(isSite ? [] : plainErrors),
    ...plainMissing,
    ...staticPathLines(shape),
    ...(isSite ? siteLines(shape, facts) : proxiedLines(shape, facts)),
  ])
  return `${lines.join('\n')}\n`
}

/** Every name, and for `_` a pattern that fits what no other name does. */
function serverNames({ names }: RouteShape): readonly string[] {
  return names.map((name) => (name === '_' ? '"~^"' : `"${name}"`))
}

/**
 * The page lies where the app's link leads, and is sent as a file is, whatever was asked: `error_page` makes a GET of it. No client can name its
 * path, because nginx makes one slash of two. Its connection ends with it, so that a reload has nothing to wait for.
 */
const maintenance = [
  'error_page 503 //maintenance;',
  'if ($hop3_closed) { return 503; }',
  ...block('location = "//maintenance"', [
    'internal;',
    `alias $hop3_place/${pageName};`,
    'types { }',
    `default_type "${maintenanceHeaders['Content-Type']}";`,
    ...Object.entries(maintenanceHeaders).flatMap(([name, value]) =>
      name === 'Content-Type' ? [] : [`add_header ${name} "${value}" always;`],
    ),
    'etag off;',
    'max_ranges 0;',
    'keepalive_timeout 0;',
  ]),
]

/** As the embedded proxy's. Bodies are as large as the app takes them. */
const patience = [
  'client_header_timeout 15s;',
  'client_body_timeout 60s;',
  'send_timeout 60s;',
  'keepalive_timeout 65s;',
  'large_client_header_buffers 4 32k;',
  'client_max_body_size 0;',
  'client_body_buffer_size 64k;',
  'absolute_redirect off;',
]

const plainMissing = block('location @missing', [
  'default_type "text/plain; charset=utf-8";',
  'return 404 "404 Not Found: there is no such file.\\n";',
])

const plainErrors = [
  'recursive_error_pages on;',
  'error_page 502 @refused;',
  'error_page 504 @silent;',
  ...block('location @refused', [
    'default_type "text/plain; charset=utf-8";',
    'return 502 "502 Bad Gateway: the app does not accept connections.\\n";',
  ]),
  ...block('location @silent', [
    'default_type "text/plain; charset=utf-8";',
    'return 504 "504 Gateway Timeout: the app did not answer in time.\\n";',
  ]),
]
