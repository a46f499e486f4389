/** Where nginx of one home keeps its files. */
import type { ProgramPaths } from '@hop3/core/routes'
import { join } from 'node:path'

/** Its directory is `<home>/proxy-nginx`; its routes are those of the last generation that was proved. */
export interface NginxPaths extends ProgramPaths {
  /** A directory for each configuration that was made: its files, and the routes it was made from. */
  readonly generations: string
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
    routes: join(directory, 'proved', 'routes'),
    record: join(directory, 'server.json'),
    parting: join(directory, 'parting'),
    lock: join(directory, 'lock'),
    log: join(home, 'logs', 'proxy-nginx.log'),
  }
}
