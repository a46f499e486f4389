/** Where nginx of one home keeps its files. */
import { join } from 'node:path'

export interface NginxPaths {
  /** `<home>/proxy-nginx`: private to the user, and the working directory of every process of this nginx, which is how they are found again. */
  readonly directory: string
  /** A directory for each configuration that was made: its files, and the routes it was made from. */
  readonly generations: string
  /** A link to the generation nginx reads. */
  readonly current: string
  /** A link to the last generation that was proved. */
  readonly proved: string
  /** Route files of the last proved generation. */
  readonly routes: string
  /** Which process is nginx, where it listens and what opens its proof. */
  readonly record: string
  /** While it is there, nginx ends each connection with its answer. */
  readonly parting: string
  readonly lock: string
  readonly log: string
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
