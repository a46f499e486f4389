/** What package managers keep between builds: BuildKit's cache mounts, or, with the classic builder, the layer of the step itself. */
import { posix } from 'node:path'
import { isPlain } from './quote.ts'

/** Where official images run as root. */
const home = '/root'
/** These managers lock their caches themselves, or never change a file in them. */
const isShared = /^~\/(?:\.npm|\.cache\/(?:pip|uv|go-build|yarn)|go\/pkg\/mod|\.local\/share\/pnpm|\.cargo)(?:\/|$)/

export interface PhaseCaches {
  /** Options of RUN. */
  readonly mounts: readonly string[]
  /** Paths inside the app that must not stay in it. */
  readonly inApp: readonly string[]
  /** Variables that lead the managers there, where an image's own would lead them elsewhere. */
  readonly variables: Readonly<Record<string, string>>
}

/** `appRoot` is where the app lies in the image. Caches of the app's own are kept apart by its name. */
export function phaseCaches(directories: readonly string[], { appName, appRoot, buildkit }: CacheRequest): PhaseCaches {
  const inApp = directories
    .filter((one) => !one.startsWith('~') && !one.startsWith('/'))
    .map((one) => posix.normalize(one).replace(/\/$/, ''))
    .filter((one) => one !== '.' && one.split('/')[0] !== '..')
  const mounts = directories.flatMap((directory) => {
    const target = targetOf(directory, appRoot)
    if (!buildkit || !isPlain(target)) return []
    const isOwn = target.startsWith(`${appRoot}/`)
    const sharing = isShared.test(directory) ? [] : ['sharing=locked']
    return [
      [
        '--mount=type=cache',
        ...(isOwn ? [`id=hop3-${appName}-${posix.relative(appRoot, target)}`] : []),
        `target=${target}`,
        ...sharing,
      ].join(','),
    ]
  })
  const variables = directories.flatMap((directory) => Object.entries(moved[directory] ?? {}))
  return { mounts, inApp, variables: Object.fromEntries(variables) }
}

export interface CacheRequest {
  readonly appName: string
  readonly appRoot: string
  readonly buildkit: boolean
}

/** Official images set these: golang `GOPATH=/go`, rust `CARGO_HOME=/usr/local/cargo`. Neither keeps its cache under HOME. */
const moved: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '~/go/pkg/mod': { GOMODCACHE: `${home}/go/pkg/mod` },
  '~/.cargo/registry': { CARGO_HOME: `${home}/.cargo` },
  '~/.cache/composer': { COMPOSER_CACHE_DIR: `${home}/.cache/composer` },
  '~/.cache/yarn': { YARN_CACHE_FOLDER: `${home}/.cache/yarn` },
  '~/.bun/install/cache': { BUN_INSTALL_CACHE_DIR: `${home}/.bun/install/cache` },
  '~/.local/share/pnpm/store': {
    npm_config_store_dir: `${home}/.local/share/pnpm/store`,
    pnpm_config_store_dir: `${home}/.local/share/pnpm/store`,
  },
}

function targetOf(directory: string, appRoot: string): string {
  if (directory.startsWith('~/')) return posix.join(home, directory.slice(2))
  return posix.isAbsolute(directory) ? posix.normalize(directory) : posix.join(appRoot, directory)
}
