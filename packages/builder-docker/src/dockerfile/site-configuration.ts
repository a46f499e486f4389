import { shellQuote } from '@hop3/core'

/**
 * What Caddy serves a site with: constants, because a Caddyfile expands what is in braces. No dot file but .well-known, 404.html for what is not
 * there, and index.html instead where the app says so. Indented as `caddy fmt` does it: a server would warn at each start.
 */
export function siteConfiguration(spa: boolean): string {
  const lines = [
    '{',
    '\tadmin off',
    '\tauto_https off',
    '}',
    ':{$PORT:8080} {',
    '\tbind {$BIND_ADDRESS:0.0.0.0}',
    '\troot * /srv',
    '\tencode zstd gzip',
    '\t@hidden {',
    '\t\tpath */.*',
    '\t\tnot path /.well-known/*',
    '\t}',
    '\terror @hidden 404',
    ...(spa ? fallback : []),
    '\tfile_server {',
    '\t\tprecompressed br gzip',
    '\t}',
    '\thandle_errors {',
    '\t\t@missing {',
    '\t\t\texpression {http.error.status_code} == 404',
    '\t\t\tfile /404.html',
    '\t\t}',
    // In blocks of their own: Caddy would answer before it looks for a file, whatever the order of the lines.
    '\t\thandle @missing {',
    '\t\t\trewrite * /404.html',
    '\t\t\tfile_server',
    '\t\t}',
    '\t\thandle {',
    '\t\t\trespond "{http.error.status_code} {http.error.status_text}" {http.error.status_code}',
    '\t\t}',
    '\t}',
    '}',
  ]
  return `RUN mkdir -p /etc/caddy && printf '%s\\n' ${lines.map((line) => shellQuote(line)).join(' ')} > /etc/caddy/Caddyfile`
}

/** A page that only the app knows; a file that is not there stays missing. */
const fallback: readonly string[] = [
  '\t@page {',
  '\t\tmethod GET HEAD',
  '\t\theader Accept *text/html*',
  '\t\tnot file {path} {path}/',
  '\t}',
  '\trewrite @page /index.html',
]
