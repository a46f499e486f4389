/** Where nginx of one home keeps its files. */
import type { ProgramPaths } from '@hop3/core/routes'
import { join } from 'node:path'

/** Its directory is `<home>/proxy-nginx`; what its routes lead to now is in `live`. */
export interface NginxPaths extends ProgramPaths {
  /** A directory for each configuration that was made. */
  readonly generations: string
  /** One link per app, to what its route leads to now. */
  readonly live: string
  /** A link to the generation nginx reads. */
  readonly current: string
  /** A link to the last generation that was proved. */
  readonly proved: string
}

export function nginxPaths({ home }: { readonly home: string }): NginxPaths {
  const directory = join(home, 'proxy-nginx')
  return {
    directory,
    generations: join(directory, 'generations'),
    current: join(directory, 'current'),
    proved: join(directory, 'proved'),
    live: join(directory, 'live'),
    routes: join(directory, 'routes'),
    record: join(directory, 'server.json'),
    parting: join(directory, 'parting'),
    lock: join(directory, 'lock'),
    log: join(home, 'logs', 'proxy-nginx.log'),
  }
}
