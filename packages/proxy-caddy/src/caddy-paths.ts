/** Where Caddy of one home keeps its files. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'

export interface CaddyPaths {
  /** `<home>/proxy-caddy`: private to the user, and Caddy's working directory. */
  readonly directory: string
  /** One file per app: its route, as it was last proved. */
  readonly routes: string
  /** One link per app, to what its route leads to now. */
  readonly live: string
  readonly config: string
  /** Which process is Caddy, where it listens and what opens its proof. */
  readonly record: string
  /** Caddy's administration, for this user only. */
  readonly socket: string
  readonly lock: string
  readonly log: string
}

/** The socket's name carries the home: several homes may share one run directory. */
export function caddyPaths({ home, run }: { readonly home: string; readonly run: string }): CaddyPaths {
  const directory = join(home, 'proxy-caddy')
  const id = createHash('sha256').update(home).digest('hex').slice(0, 8)
  return {
    directory,
    routes: join(directory, 'routes'),
    live: join(directory, 'live'),
    config: join(directory, 'caddy.json'),
    record: join(directory, 'server.json'),
    socket: join(run, `caddy-${id}.sock`),
    lock: join(directory, 'lock'),
    log: join(home, 'logs', 'proxy-caddy.log'),
  }
}
