/** How requests reach an app's instances. Pure text. */
import type { Route, Upstream } from '@hop3/core'
import { block, quoted } from './config-words.ts'
import type { ServerFacts } from './main-config.ts'
import { filesAtTop } from './site-config.ts'

export function upstreamLines({ appName, protocol, upstreams }: Route): readonly string[] {
  if (protocol === 'static' || upstreams.length === 0) return []
  return block(`upstream hop3_${appName}`, [
    // An instance that refuses is asked again: it may have been started again by then.
    ...upstreams.map((upstream) => `server ${addressOf(upstream)} max_fails=0;`),
    // Below the 5 s after which many servers close theirs.
    ...(protocol === 'http' ? ['keepalive 64;', 'keepalive_timeout 4s;'] : []),
  ])
}

/**
 * The location of everything that is no file. The named ones differ in one thing each: `@parting` ends the client's connection with the answer,
 * which is how connections are given up before a switch, and `@lasting` waits long.
 */
export function proxiedLines(route: Route, facts: ServerFacts): readonly string[] {
  if (route.upstreams.length === 0) {
    return block('location /', [
      'default_type "text/plain; charset=utf-8";',
      'return 503 "503 Service Unavailable: no instance of this app is running.\\n";',
    ])
  }
  const pass = route.protocol === 'uwsgi' ? uwsgiPass(route) : httpPass(route)
  const files = filesAtTop(route, facts)
  return [
    ...files,
    ...block(files.length === 0 ? 'location /' : 'location @app', [
      'error_page 417 = @sending;',
      'error_page 418 = @lasting;',
      'error_page 421 = @parting;',
      'error_page 502 @refused;',
      'error_page 504 @silent;',
      'if ($hop3_lasts) { return 418; }',
      `if (-f ${quoted(facts.parting, 'the path')}) { return 421; }`,
      'if ($hop3_sends) { return 417; }',
      ...pass,
      `${directive(route)}_read_timeout 120s;`,
    ]),
    // A body is passed on as it comes, and so cannot be sent to another instance; where there is none, the request can.
    ...block('location @sending', [...pass, `${directive(route)}_request_buffering off;`, `${directive(route)}_read_timeout 120s;`]),
    ...block('location @parting', [...pass, 'keepalive_timeout 0;', `${directive(route)}_read_timeout 120s;`]),
    ...block('location @lasting', [...pass, 'keepalive_timeout 0;', `${directive(route)}_read_timeout 1h;`]),
  ]
}

function directive({ protocol }: Route): 'uwsgi' | 'proxy' {
  return protocol === 'uwsgi' ? 'uwsgi' : 'proxy'
}

function addressOf({ address, port }: Upstream): string {
  if (port === null) return quoted(`unix:${address}`, 'the socket')
  return quoted(`${address.includes(':') ? `[${address}]` : address}:${port}`, 'the address').replaceAll('\\[', '[')
}

/** What a client sends under these names is dropped. */
const notForwarded = ['X-Real-IP', 'X-Forwarded-Prefix', 'X-Forwarded-Server', 'X-Forwarded-Ssl', 'X-Forwarded-Scheme', 'Proxy']

function httpPass({ appName }: Route): readonly string[] {
  return [
    `proxy_pass http://hop3_${appName};`,
    'proxy_http_version 1.1;',
    'proxy_set_header Host $http_host;',
    'proxy_set_header Upgrade $hop3_upgrade;',
    'proxy_set_header Connection $hop3_connection;',
    'proxy_set_header X-Forwarded-For $remote_addr;',
    'proxy_set_header X-Forwarded-Proto $scheme;',
    'proxy_set_header X-Forwarded-Host $http_host;',
    'proxy_set_header X-Forwarded-Port $server_port;',
    'proxy_set_header Forwarded "for=$hop3_node$hop3_forwarded_host;proto=$scheme";',
    ...notForwarded.map((name) => `proxy_set_header ${name} "";`),
    'proxy_buffering off;',
    'proxy_max_temp_file_size 0;',
    'proxy_connect_timeout 5s;',
    'proxy_send_timeout 60s;',
  ]
}

function uwsgiPass({ appName }: Route): readonly string[] {
  return [
    `uwsgi_pass hop3_${appName};`,
    ...Object.entries(uwsgiParams).map(([name, value]) => `uwsgi_param ${name} ${value};`),
    'uwsgi_buffering off;',
    'uwsgi_max_temp_file_size 0;',
    'uwsgi_connect_timeout 5s;',
    'uwsgi_send_timeout 60s;',
  ]
}

const uwsgiParams: Readonly<Record<string, string>> = {
  QUERY_STRING: '$query_string',
  REQUEST_METHOD: '$request_method',
  CONTENT_TYPE: '$content_type',
  CONTENT_LENGTH: '$content_length',
  REQUEST_URI: '$request_uri',
  PATH_INFO: '$document_uri',
  SERVER_PROTOCOL: '$server_protocol',
  REQUEST_SCHEME: '$scheme',
  HTTPS: '$https if_not_empty',
  REMOTE_ADDR: '$remote_addr',
  REMOTE_PORT: '$remote_port',
  SERVER_PORT: '$server_port',
  SERVER_NAME: '$host',
  HTTP_X_FORWARDED_FOR: '$remote_addr',
  HTTP_X_FORWARDED_PROTO: '$scheme',
  HTTP_X_FORWARDED_HOST: '$http_host',
  HTTP_X_FORWARDED_PORT: '$server_port',
  HTTP_FORWARDED: '"for=$hop3_node$hop3_forwarded_host;proto=$scheme"',
  HTTP_PROXY: '""',
}
