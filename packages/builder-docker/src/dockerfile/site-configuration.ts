import { shellQuote } from '@hop3/core'

/**
 * What Caddy serves a site with: constants, because a Caddyfile expands what is in braces. No dot file but .well-known, 404.html for what is not
 * there, and index.html instead where the app says so.
 */
export function siteConfiguration(spa: boolean): string {
  const lines = [
    '{',
    'admin off',
    'auto_https off',
    '}',
    ':{$PORT:8080} {',
    'bind {$BIND_ADDRESS:0.0.0.0}',
    'root * /srv',
    'encode zstd gzip',
    '@hidden {',
    'path */.*',
    'not path /.well-known/*',
    '}',
    'error @hidden 404',
    ...(spa ? fallback : []),
    'file_server {',
    'precompressed br gzip',
    '}',
    'handle_errors {',
    '@missing {',
    'expression {http.error.status_code} == 404',
    'file /404.html',
    '}',
    // In blocks of their own: Caddy would answer before it looks for a file, whatever the order of the lines.
    'handle @missing {',
    'rewrite * /404.html',
    'file_server',
    '}',
    'handle {',
    'respond "{http.error.status_code} {http.error.status_text}" {http.error.status_code}',
    '}',
    '}',
    '}',
  ]
  return `RUN mkdir -p /etc/caddy && printf '%s\\n' ${lines.map((line) => shellQuote(line)).join(' ')} > /etc/caddy/Caddyfile`
}

/** A page that only the app knows; a file that is not there stays missing. */
const fallback: readonly string[] = [
  '@page {',
  'method GET HEAD',
  'header Accept *text/html*',
  'not file {path} {path}/',
  '}',
  'rewrite @page /index.html',
]
