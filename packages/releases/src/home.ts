/** `$HOP3_HOME` on a file system: core's Home protocol. */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { checkAppName, toHop3Error, type Clock, type Home, type Run } from '@hop3/core'
import { createAppHome } from './app-home.ts'
import { keepListen, readListen } from './listen-address.ts'
import { defaultPorts } from './ports.ts'
import { appRunPath, homeRunPath, removeSharedRunPath } from './run-path.ts'

export interface HomeOptions {
  /** `$HOP3_HOME`. Made when the first app is locked. */
  readonly path: string
  /** `$HOP3_RUN`. Default: `<path>/run`, or a short private directory under /tmp when a socket's path would be too long there. */
  readonly runPath?: string
  readonly clock: Clock
  /** Flushes a release's files to the disk before it is committed. Without it, a power failure soon after a build may empty files of it. */
  readonly run?: Run
  /** The ports handed out, both ends included. Default 20000–29999: below what Linux gives to outgoing connections. */
  readonly ports?: { readonly first: number; readonly last: number }
  /** Identifies this boot of this machine. Default: /proc/sys/kernel/random/boot_id. */
  readonly boot?: string
}

/** The home at `path`. Touches nothing. Throws `environment.run-path-too-long` when `runPath` is given and leaves no room for a socket's name. */
export function createHome(options: HomeOptions): Home {
  const path = resolve(options.path)
  const sockets = homeRunPath(path, options.runPath)
  return Object.freeze<Home>({
    path,
    runPath: sockets.path,
    cachePath: join(path, 'cache'),
    readListen: () => readListen(path),
    keepListen: (listen) => keepListen(path, listen),
    apps: () => appsIn(join(path, 'apps')),
    tidy: () => removeSharedRunPath(sockets),
    app: (name) =>
      createAppHome(checkAppName(name), {
        home: path,
        sockets,
        run: appRunPath(sockets.path, name),
        ports: options.ports ?? defaultPorts,
        clock: options.clock,
        runCommand: options.run,
        boot: options.boot,
      }),
  })
}

async function appsIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw toHop3Error(error, `Cannot list the apps in ${path}`)
  })
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .toSorted()
}
