/** What a worker's name says about how it runs. */

/** `native`: loaded in uWSGI itself. `web`: a command that listens. `cron`: a command at given times. `daemon`: any other command. */
export type WorkerKind = 'native' | 'web' | 'cron' | 'daemon'

export function workerKind(worker: string): WorkerKind {
  if (worker === 'wsgi') return 'native'
  if (worker === 'web') return 'web'
  return worker.startsWith('cron') ? 'cron' : 'daemon'
}

/** Whether requests can be sent to it. */
export const hasAddress = (worker: string): boolean => worker === 'wsgi' || worker === 'web'

/**
 * The workers this deployer runs. `static` is a directory for the proxy; `wsgi` is a toolchain's way to answer requests and gives way to a
 * `web` command, which somebody wrote.
 */
export function processWorkers(workers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const runs = (name: string): boolean => name !== 'static' && !(name === 'wsgi' && 'web' in workers)
  return Object.fromEntries(Object.entries(workers).filter(([name]) => runs(name)))
}
