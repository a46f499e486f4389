/** Keeps a program of somebody else from the network, from other processes and from the app, with util-linux' `unshare`. */
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, isAbsolute, join, sep } from 'node:path'
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
  const unshare = findOnPath('unshare', access.env['PATH'] ?? '')
  if (unshare === undefined) return undefined
  // Being its namespace's first process, the program takes everything it started with it when it ends.
  const own = ['--net', '--ipc', '--pid', '--fork', '--kill-child']
  const covered = hidden
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path))
    .filter((path) => ![program, cwd].some((one) => isBelow(one, path)))
  const cover = [
    '/bin/sh',
    '-c',
    'while [ "$1" != -- ]; do mount -t tmpfs -o size=4k,ro none "$1" || exit 1; shift; done; shift; exec "$@"',
    'sh',
    ...covered,
    '--',
  ]
  const tries = [
    [unshare, '--map-root-user', '--mount', ...own, ...cover],
    [unshare, '--map-root-user', ...own],
    // As root, on a host without user namespaces.
    [unshare, '--mount', ...own, ...cover],
    [unshare, ...own],
  ]
  for (const prefix of tries) if (await works(prefix, access, cwd)) return prefix
  return undefined
}

async function works(prefix: readonly string[], { run, signal }: SandboxRequest['access'], cwd: string): Promise<boolean> {
  const [file = '', ...args] = prefix
  const { exitCode } = await run({ file, args: [...args, '/bin/true'], cwd, env: {}, signal, timeout: 5_000, killAfter: 100 })
  return exitCode === 0
}

function findOnPath(name: string, path: string): string | undefined {
  const standard = ['/usr/bin', '/bin']
  return [...path.split(delimiter).filter(isAbsolute), ...standard]
    .map((directory) => join(directory, name))
    .find((file) => existsSync(file))
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}
