/** What a worker's name says about how it runs. */

/** `web`: listens. `cron`: a command at given times. `worker`: any other command. */
export type WorkerKind = 'web' | 'cron' | 'worker'

export function workerKind(worker: string): WorkerKind {
  if (worker === 'web') return 'web'
  return worker.startsWith('cron') ? 'cron' : 'worker'
}

/** The workers this deployer runs. `static` is a directory for a proxy, and `wsgi` a module for uWSGI: neither is a command. */
export function commandWorkers(workers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(workers).filter(([name]) => name !== 'static' && name !== 'wsgi'))
}
