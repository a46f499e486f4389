/** How the programs of Nix are started on this host: which store, which settings. */
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs'
import { userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { BuildContext } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { cacheSettings, readCaches } from './nix-caches.ts'
import { readNixConf } from './nix-conf.ts'

export interface NixHost {
  /** The whole environment of a Nix program. */
  readonly env: Readonly<Record<string, string>>
  /** Settings every program is started with. */
  readonly settings: readonly string[]
  readonly conf: ReadonlyMap<string, string>
  /** The nix.conf a daemon reads. */
  readonly daemonConf: ReadonlyMap<string, string>
  /** A daemon builds, and it takes no settings from this user. */
  readonly ignoresSettings: boolean
  readonly isPrivateStore: boolean
}

/** Where the installers put the programs, for those whose PATH does not say. */
const usual = ['/nix/var/nix/profiles/default/bin', '/run/current-system/sw/bin']

export function nixHost({ env: given, toolsPath }: Pick<BuildContext, 'env' | 'toolsPath'>, isOwn = needsOwnStore): NixHost {
  const base = { ...given, PATH: [given['PATH'] ?? '', ...usual].filter((one) => one !== '').join(':') }
  const isPrivateStore = isOwn(given)
  // An empty NIX_PATH, because Nix makes up channels where there is none.
  const env = { ...base, ...(isPrivateStore && ownStore(toolsPath)), NIX_PATH: '' }
  const conf = readNixConf(env)
  // Nor does a `nix-path` of nix.conf say what <nixpkgs> means.
  const isAsking = !isPrivateStore && conf.get('substitute') !== 'false'
  const caches = cacheSettings(readCaches(toolsPath), isAsking)
  const settings = [
    '--option',
    'nix-path',
    '',
    ...buildUsers(conf),
    ...(isPrivateStore ? ['--option', 'substitute', 'false'] : []),
    ...caches,
  ]
  const daemonConf = readNixConf({ NIX_CONF_DIR: given['NIX_CONF_DIR'] ?? '/etc/nix' })
  return { env, settings, conf, daemonConf, ignoresSettings: usesDaemon(env) && !isTrusted(daemonConf), isPrivateStore }
}

/** As Nix decides it: the store itself where this user can write it, else the daemon where there is one. */
function usesDaemon(env: Readonly<Record<string, string>>): boolean {
  const remote = env['NIX_REMOTE'] ?? 'auto'
  if (remote !== 'auto' && remote !== '') return remote === 'daemon' || remote.startsWith('unix://')
  const state = env['NIX_STATE_DIR'] ?? '/nix/var/nix'
  return !canWrite(state) && existsSync(env['NIX_DAEMON_SOCKET_PATH'] ?? join(state, 'daemon-socket/socket'))
}

/** Groups (`@wheel`) are looked up in /etc/group. */
function isTrusted(conf: ReadonlyMap<string, string>): boolean {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  if (uid === 0) return true
  const username = ownName()
  const lines = groups()
    .split('\n')
    .map((line) => line.split(':'))
  const own = lines.filter(
    ([, , id, members = '']) => id === String(gid) || (username !== undefined && members.split(',').includes(username)),
  )
  const names = new Set(['*', ...(username === undefined ? [] : [username]), ...own.map(([name = '']) => `@${name}`)])
  return [conf.get('trusted-users'), conf.get('extra-trusted-users')].some((list) => list?.split(/\s+/).some((one) => names.has(one)))
}

/** Undefined where the system has no name for this user, as in a container that was started with a number. */
function ownName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

/** True where nobody says which store to use, no daemon serves /nix, and it is not ours to write. */
function needsOwnStore(env: Readonly<Record<string, string>>): boolean {
  if (env['NIX_STORE_DIR'] !== undefined || env['NIX_REMOTE'] !== undefined) return false
  if (existsSync('/nix/var/nix/daemon-socket/socket')) return false
  return !canWrite('/nix/store') || !canWrite('/nix/var/nix')
}

function canWrite(path: string): boolean {
  if (!existsSync(path)) return path !== '/' && canWrite(dirname(path))
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Releases run with what is in it, as with what else lies in `tools`. Caches have nothing for a store at another path. */
function ownStore(toolsPath: string): Readonly<Record<string, string>> {
  const root = withoutLinks(join(toolsPath, 'nix'))
  return {
    NIX_STORE_DIR: join(root, 'store'),
    NIX_STATE_DIR: join(root, 'var/nix'),
    NIX_LOG_DIR: join(root, 'var/log/nix'),
    NIX_LOCALSTATE_DIR: join(root, 'var'),
  }
}

/** Of what is there already: Nix takes no store that is below a link. */
function withoutLinks(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  return dirname(path) === path ? path : join(withoutLinks(dirname(path)), basename(path))
}

/** Nix as root wants a group of build users, which Debian's package alone does not make. */
function buildUsers(conf: ReadonlyMap<string, string>): readonly string[] {
  const isRoot = process.getuid?.() === 0
  return isRoot && !conf.has('build-users-group') && !/^nixbld:/m.test(groups()) ? ['--option', 'build-users-group', ''] : []
}

function groups(): string {
  try {
    return readFileSync('/etc/group', 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return ''
    throw error
  }
}
