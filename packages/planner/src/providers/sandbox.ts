/** Keeps a program of somebody else from the network, from other processes, from the app and from writing, with util-linux' `unshare`. */
import { existsSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { programOnPath } from '@hop3/core'
import type { ProviderAccess } from './provider-access.ts'

export interface SandboxRequest {
  readonly access: Pick<ProviderAccess, 'run' | 'signal' | 'env'>
  /** Directories it is not to see, as far as it does not lie there itself. */
  readonly hidden: readonly string[]
  readonly program: string
  /** Its working directory. */
  readonly cwd: string
}

/** What to put in front of a program's command line; undefined when this host forbids namespaces to this user. */
export async function sandbox({ access, hidden, program, cwd }: SandboxRequest): Promise<readonly string[] | undefined> {
  const unshare = programOnPath('unshare', access.env['PATH'], ['/usr/bin', '/bin'])
  if (unshare === undefined) return undefined
  // Being its namespace's first process, the program takes everything it started with it when it ends.
  const own = ['--net', '--ipc', '--pid', '--fork', '--kill-child']
  const covered = hidden
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path))
    .filter((path) => ![program, cwd].some((one) => isBelow(one, path)))
  const cover = ['/bin/sh', '-c', `${hide}\nshift\nexec "$@"`, 'sh', ...covered, '--']
  // `/tmp` is where programs look for room; one that lies there itself keeps it, and has room where it runs.
  const room = isBelow(program, '/tmp') ? [cwd] : ['/tmp', ...(isBelow(cwd, '/tmp') ? [] : [cwd])]
  const readOnly = ['/bin/sh', '-c', readOnlyScript, 'sh', ...covered, '--', cwd, ...room, '--']
  const tries = [
    [unshare, '--map-root-user', '--mount', ...own, ...readOnly],
    [unshare, '--map-root-user', '--mount', ...own, ...cover],
    [unshare, '--map-root-user', ...own],
    // As root, on a host without user namespaces.
    [unshare, '--mount', ...own, ...readOnly],
    [unshare, '--mount', ...own, ...cover],
    [unshare, ...own],
  ]
  for (const prefix of tries) if (await works(prefix, access, cwd)) return prefix
  return undefined
}

/** Takes directories up to `--`. */
const hide = 'while [ "$1" != -- ]; do mount -t tmpfs -o size=4k,ro none "$1" || exit 1; shift; done'

/**
 * Every mount is made read-only with the flags it has, which a namespace of one's own must keep; what is no mount by then, or cannot be reached,
 * cannot be written to either. Then room of 16 MiB, which is also the largest file, and no right is left to undo it. Mount points are written
 * in octal where they hold blanks.
 */
const readOnlyScript = `
while read -r _ _ _ _ target options _; do
  case $options in rw*) ;; *) continue ;; esac
  case $target in *\\\\*) target=$(printf "$(printf %s "$target" | sed 's/%/%%/g')") ;; esac
  mount -o "remount,bind,ro\${options#rw}" "$target" < /dev/null 2> /dev/null || ! mountpoint -q "$target" || exit 1
done < /proc/self/mountinfo
${hide}
shift
cwd=$1
shift
while [ "$1" != -- ]; do mount -t tmpfs -o size=16m,mode=700 none "$1" || exit 1; shift; done
shift
mkdir -p "$cwd" && cd "$cwd" || exit 1
ulimit -f 32768
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
`

async function works(prefix: readonly string[], { run, signal }: SandboxRequest['access'], cwd: string): Promise<boolean> {
  const [file = '', ...args] = prefix
  const { exitCode } = await run({ file, args: [...args, '/bin/true'], cwd, env: {}, signal, timeout: 5_000, killAfter: 100 })
  return exitCode === 0
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}
