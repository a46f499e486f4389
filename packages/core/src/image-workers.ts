/** The workers of a container image, as every deployer that runs one takes them. */
import type { BuildArtifact } from './artifact.ts'
import { isObject } from './json.ts'

/** `web`: listens. `cron`: a command at given times. `worker`: any other command. */
export type WorkerKind = 'web' | 'cron' | 'worker'

export function workerKind(worker: string): WorkerKind {
  if (worker === 'web') return 'web'
  return worker.startsWith('cron') ? 'cron' : 'worker'
}

/** Those that are commands. `static` is a directory for a proxy, and `wsgi` a module for uWSGI. */
export function commandWorkers(workers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(workers).filter(([name]) => name !== 'static' && name !== 'wsgi'))
}

/** `metadata.workers_argv`, the entrypoint included; undefined where it does not have the worker. */
export function writtenArgv({ metadata }: BuildArtifact, worker: string): readonly string[] | undefined {
  const all = metadata['workers_argv']
  const found = isObject(all) && Object.hasOwn(all, worker) ? all[worker] : undefined
  if (!Array.isArray(found) || found.length === 0) return undefined
  return found.every((word) => typeof word === 'string') ? found : undefined
}
