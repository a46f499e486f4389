/** How a PHP app is served when neither a Procfile nor hop3.toml says so. */
import { shellQuote } from '@hop3/core'
import type { Decision } from '@hop3/core'
import { routerFile } from './router.ts'
import type { PhpApp } from './php-app.ts'

export interface PhpStart {
  readonly command: string
  readonly decisions: readonly Decision[]
}

/**
 * Planning does not look at the host, so the command decides where it runs: FrankenPHP where it is installed, PHP's own server otherwise. The
 * app itself is published through our router only, which knows what is not for browsers.
 */
export function startPhp({ framework }: PhpApp, root: { readonly directory: string; readonly origin: string }): PhpStart {
  const directory = shellQuote(root.directory)
  const own = `exec php -S "$BIND_ADDRESS:$PORT" -t ${directory} ${routerFile}`
  const franken = `if command -v frankenphp >/dev/null; then exec frankenphp php-server --listen "$BIND_ADDRESS:$PORT" --root ${directory}; else ${own}; fi`
  const server = root.directory === '.' ? own : franken
  const how =
    root.directory === '.'
      ? `PHP's own server with PHP_CLI_SERVER_WORKERS processes, because the app itself is the document root`
      : `FrankenPHP where it is installed, else PHP's own server with PHP_CLI_SERVER_WORKERS processes`
  return {
    command: `${framework?.name === 'laravel' ? laravelCaches : ''}${server}`,
    decisions: [
      { key: 'php.server', value: `${how}; php-fpm would need a web server in front of it`, origin: 'php toolchain' },
      { key: 'php.root', value: root.directory, origin: root.origin },
    ],
  }
}

/**
 * Laravel's routes are cached by each instance when it starts, in a file of its own; what an earlier start left is removed first, and where they
 * cannot be cached it runs without. Its settings are not: they come from the environment, and a cache of them would write its secrets down.
 */
const laravelCaches = [
  'export APP_ROUTES_CACHE="bootstrap/cache/routes-$PORT.php"',
  'rm -f "$APP_ROUTES_CACHE"',
  'php artisan route:cache',
  '',
].join('; ')
