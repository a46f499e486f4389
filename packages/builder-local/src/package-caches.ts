/**
 * Where package managers keep their downloads. A plan names the usual place (`~/.cache/pip`); here all apps of the host share
 * `<cache>/tools/<name>`, which the tools are told by their own variables. A place that is not known stays under HOME, where it is shared
 * just as well.
 */
import { join } from 'node:path'

interface PackageCache {
  readonly name: string
  readonly places: readonly string[]
  readonly variables: readonly string[]
}

const packageCaches: readonly PackageCache[] = [
  { name: 'pip', places: ['~/.cache/pip'], variables: ['PIP_CACHE_DIR'] },
  { name: 'uv', places: ['~/.cache/uv'], variables: ['UV_CACHE_DIR'] },
  { name: 'poetry', places: ['~/.cache/pypoetry'], variables: ['POETRY_CACHE_DIR'] },
  { name: 'pdm', places: ['~/.cache/pdm'], variables: ['PDM_CACHE_DIR'] },
  { name: 'pipenv', places: ['~/.cache/pipenv'], variables: ['PIPENV_CACHE_DIR'] },
  { name: 'npm', places: ['~/.npm', '~/.npm/_cacache'], variables: ['npm_config_cache'] },
  { name: 'yarn', places: ['~/.cache/yarn', '~/.yarn', '/usr/local/share/.cache/yarn/v6'], variables: ['YARN_CACHE_FOLDER'] },
  { name: 'yarn-berry', places: ['~/.yarn/berry', '~/.yarn/berry/cache'], variables: ['YARN_GLOBAL_FOLDER'] },
  {
    name: 'pnpm',
    places: ['~/.local/share/pnpm/store', '~/.pnpm-store', '~/.cache/pnpm', '/root/.local/share/pnpm/store/v3'],
    variables: ['npm_config_store_dir', 'pnpm_config_store_dir'],
  },
  { name: 'bun', places: ['~/.bun', '~/.bun/install/cache'], variables: ['BUN_INSTALL_CACHE_DIR'] },
  { name: 'deno', places: ['~/.cache/deno'], variables: ['DENO_DIR'] },
  { name: 'go-build', places: ['~/.cache/go-build'], variables: ['GOCACHE'] },
  { name: 'go-mod', places: ['~/go/pkg/mod'], variables: ['GOMODCACHE'] },
  { name: 'composer', places: ['~/.cache/composer', '~/.composer/cache'], variables: ['COMPOSER_CACHE_DIR'] },
  { name: 'bundler', places: ['~/.bundle/cache'], variables: ['BUNDLE_USER_CACHE'] },
  { name: 'hugo', places: ['~/.cache/hugo_cache'], variables: ['HUGO_CACHEDIR'] },
  { name: 'nuget', places: ['~/.nuget/packages'], variables: ['NUGET_PACKAGES'] },
  { name: 'ccache', places: ['~/.cache/ccache'], variables: ['CCACHE_DIR'] },
]

/** The variables that lead the phase's package managers to the shared caches. What `env` sets already stays as it is. */
export function packageCacheVariables(
  directories: readonly string[],
  cachePath: string,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const places = new Set(directories.map((one) => one.replace(/^\/root\//, '~/').replace(/(?<=.)\/+$/, '')))
  const used = packageCaches.filter((cache) => cache.places.some((place) => places.has(place.replace(/^\/root\//, '~/'))))
  const pairs = used.flatMap(({ name, variables }) => variables.map((variable) => [variable, join(cachePath, 'tools', name)] as const))
  return Object.fromEntries(pairs.filter(([variable]) => env[variable] === undefined))
}

/** The phase's caches inside the app (`.next/cache`), which Hop3 brings and takes away again. */
export function appCacheDirectories(directories: readonly string[]): readonly string[] {
  return directories.filter((one) => !one.startsWith('~') && !one.startsWith('/'))
}
