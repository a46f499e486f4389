/** What nginx is told of one app: from its route to the text of its file. Pure. */
import { hop3Error, type Route } from '@hop3/core'
import { namesOf } from '@hop3/core/routes'
import { block, quoted } from './config-words.ts'
import { listenAddress, proof, redirect, type ServerFacts } from './main-config.ts'
import { siteLines, staticPathLines } from './site-config.ts'
import { proxiedLines, upstreamLines } from './upstream-config.ts'

/** The file's text. Throws `deploy.proxy.route` for a value nginx cannot be told. */
export function appConfig(route: Route, facts: ServerFacts): string {
  const { appName, release, port } = route
  const lines = [
    ...upstreamLines(route),
    ...block('server', [
      `listen ${listenAddress(facts.listen)};`,
      ...(facts.tls ? [`listen ${listenAddress(facts.tls.listen)} ssl http2;`] : []),
      `listen 127.0.0.1:${port} reuseport;`,
      `server_name ${serverNames(route).join(' ')};`,
      ...(facts.accessLog ? [`access_log ${quoted(`${facts.logs}/access-${appName}.log`, 'the path')} combined;`] : []),
      ...patience,
      ...proof(facts.token, checkedRelease(release)),
      ...redirect(facts),
      ...(route.protocol === 'static' ? [] : plainErrors),
      ...plainMissing,
      ...staticPathLines(route, facts),
      ...(route.protocol === 'static' ? siteLines(route, facts) : proxiedLines(route, facts)),
    ]),
  ]
  return `${lines.join('\n')}\n`
}

/** Where a directory of the app is linked to, so that its name needs not be written. */
export function linkName(appName: string, index: number | 'site'): string {
  return `${appName}.${index}`
}

/** Every name, and for `_` a pattern that fits what no other name does. */
function serverNames(route: Route): readonly string[] {
  return namesOf(route).map((name) => (name === '_' ? '"~^"' : `"${name}"`))
}

/** A release is one of ours; the file of a route may have been written by anybody. */
function checkedRelease(release: string): string {
  if (/^[A-Za-z0-9._-]{1,80}$/.test(release)) return release
  throw hop3Error('deploy.proxy.route', 'Cannot route by nginx: the release has no name of a release.', { hint: 'Deploy the app again.' })
}

/** As the embedded proxy's. Bodies are as large as the app takes them. */
const patience = [
  'client_header_timeout 15s;',
  'client_body_timeout 60s;',
  'send_timeout 60s;',
  'keepalive_timeout 65s;',
  'large_client_header_buffers 4 32k;',
  'client_max_body_size 0;',
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
