/** Where the server of one home keeps its files. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'

export interface ServerPaths {
  /** `<home>/proxy`: private to the user. */
  readonly directory: string
  /** One file per app. */
  readonly routes: string
  /** What the server is to do: written before it starts. */
  readonly config: string
  /** Which process serves: written by it once it listens. */
  readonly record: string
  /** Where a server started from this run directory listens for control; a running one says in its record where it does. */
  readonly socket: string
  readonly log: string
  readonly accessLog: string
}

export interface ServerDirectories {
  readonly home: string
  readonly run: string
  readonly logs: string
}

/** The socket's name carries the home: several homes may share one run directory. */
export function serverPaths({ home, run, logs }: ServerDirectories): ServerPaths {
  const directory = join(home, 'proxy')
  const id = createHash('sha256').update(home).digest('hex').slice(0, 8)
  return {
    directory,
    routes: join(directory, 'routes'),
    config: join(directory, 'config.json'),
    record: join(directory, 'server.json'),
    socket: join(run, `proxy-${id}.sock`),
    log: join(logs, 'proxy.log'),
    accessLog: join(logs, 'proxy-access.log'),
  }
}
