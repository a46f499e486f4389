/** Where Caddy of one home keeps its files. */
import type { ProgramPaths } from '@hop3/core/routes'
import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Its directory is `<home>/proxy-caddy`. */
export interface CaddyPaths extends ProgramPaths {
  /** One link per app, to what its route leads to now. */
  readonly live: string
  readonly config: string
  /** Caddy's administration, for this user only. */
  readonly socket: string
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
    parting: join(directory, 'parting'),
    lock: join(directory, 'lock'),
    log: join(home, 'logs', 'proxy-caddy.log'),
  }
}
