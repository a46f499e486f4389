/** How requests reach an app's instances. Pure text. */
import { block, quoted } from './config-words.ts'
import { instanceVariables } from './instance-maps.ts'
import type { ServerFacts } from './main-config.ts'
import type { RouteShape } from './route-shape.ts'
import { filesAtTop } from './site-config.ts'

/**
 * The location of everything that is no file. The named ones differ in one thing each: `@parting` ends the client's connection with the answer,
 * which is how connections are given up before a reload, `@lasting` waits long, and `@sending` passes a body on as it comes.
 */
export function proxiedLines(shape: RouteShape, facts: ServerFacts): readonly string[] {
  const [first, second, third] = instanceVariables(shape.slots)
  const files = filesAtTop(shape)
  const pass = (instance: string, patience = '120s'): readonly string[] => [
    ...(shape.protocol === 'uwsgi' ? uwsgiPass(instance) : httpPass(instance)),
    `${directive(shape)}_read_timeout ${patience};`,
  ]
  return [
    ...files,
    ...block(files.length === 0 ? 'location /' : 'location @app', [
      'default_type "text/plain; charset=utf-8";',
      'error_page 417 = @sending;',
      'error_page 418 = @lasting;',
      'error_page 421 = @parting;',
      failing('@second'),
      `if (${first} = "") { return 503 "503 Service Unavailable: no instance of this app is running.\\n"; }`,
      'if ($hop3_lasts) { return 418; }',
      `if (-f ${quoted(facts.parting, 'the path')}) { return 421; }`,
      'if ($hop3_streams) { return 417; }',
      ...pass(first),
    ]),
    // A body that is passed on as it comes cannot be sent to another instance.
    ...block('location @sending', [...pass(first), `${directive(shape)}_request_buffering off;`]),
    ...block('location @parting', [failing('@second'), 'keepalive_timeout 0;', ...pass(first)]),
    ...block('location @lasting', [failing('@lasting_second'), 'keepalive_timeout 0;', ...pass(first, '1h')]),
    ...block('location @second', [failing('@third'), ...spent, ...pass(second)]),
    ...block('location @third', [...last, ...spent, ...pass(third)]),
    ...block('location @lasting_second', [...last, ...spent, ...pass(second, '1h')]),
  ]
}

/** What an instance may have acted on is not sent to another. */
const spent = [
  'error_page 419 = @refused;',
  'error_page 420 = @silent;',
  'if ($hop3_spent = refused) { return 419; }',
  'if ($hop3_spent = silent) { return 420; }',
]

const last = ['error_page 502 = @refused;', 'error_page 504 = @silent;']

/** One that refuses, or cannot be reached. */
function failing(next: string): string {
  return `error_page 502 504 = ${next};`
}

function directive({ protocol }: RouteShape): 'uwsgi' | 'proxy' {
  return protocol === 'uwsgi' ? 'uwsgi' : 'proxy'
}

/** What a client sends under these names is dropped. */
const notForwarded = ['X-Real-IP', 'X-Forwarded-Prefix', 'X-Forwarded-Server', 'X-Forwarded-Ssl', 'X-Forwarded-Scheme', 'Proxy']

function httpPass(instance: string): readonly string[] {
  return [
    `proxy_pass http://${instance};`,
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
    'proxy_redirect off;',
    'proxy_buffering off;',
    'proxy_max_temp_file_size 0;',
    'proxy_connect_timeout 5s;',
    'proxy_send_timeout 60s;',
  ]
}

function uwsgiPass(instance: string): readonly string[] {
  return [
    `uwsgi_pass ${instance};`,
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
