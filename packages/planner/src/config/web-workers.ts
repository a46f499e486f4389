/** The whole file is about one question: which workers answer requests, and which of several wins? */
import type { AppConfig } from '@hop3/core'

type Workers = Readonly<Record<string, string>>

/** Each answers at the app's address, so an app has one of them. */
const webWorkers: readonly string[] = ['web', 'wsgi', 'jwsgi', 'rwsgi']

/** The names in `workers` that answer at the app's address. */
export function webWorkersOf(workers: Workers): readonly string[] {
  return webWorkers.filter((name) => Object.hasOwn(workers, name))
}

/** Both, per name the higher's; where the higher says how the app answers requests, the lower's other way goes. */
export function overrideWorkers(low: Workers, high: Workers): Workers {
  const isReplaced = webWorkersOf(high).length > 0
  const kept = Object.entries(low).filter(([name]) => !(isReplaced && webWorkers.includes(name)))
  return { ...Object.fromEntries(kept), ...high }
}

/**
 * The app's own workers over a toolchain's defaults. A default that would answer at the same address goes: a default site where the app
 * says `web`, a default `web` where the app says it is a site. So does one whose command the app gives another name: it has said what that
 * program is, and `worker: python main.py` is no server that somebody has to guess.
 */
export function overrideDefaults(defaults: Workers, own: Workers): Workers {
  const answers = webWorkersOf(own).length > 0 || Object.hasOwn(own, 'static')
  const named = new Set(Object.values(own).map(wordsOf))
  const kept = Object.entries(defaults).filter(
    ([name, command]) => !(answers && (webWorkers.includes(name) || name === 'static')) && !named.has(wordsOf(command)),
  )
  return { ...Object.fromEntries(kept), ...own }
}

export interface UnlistedWeb {
  readonly name: string
  readonly command: string
  /** The first line of the Procfile that lists a process. */
  readonly procfile: string
}

/**
 * What a toolchain would have answer requests, where the app's Procfile lists processes and none that does: its author has said what runs, as
 * everywhere a Procfile is read. Undefined where it lists none (times and sites are no list of processes), or where the app says of this command, or of another, what it is.
 */
export function unlistedWeb(defaults: Workers, { runtime, origins }: Pick<AppConfig, 'runtime' | 'origins'>): UnlistedWeb | undefined {
  const [name] = webWorkersOf(defaults)
  const places = Object.keys(runtime.workers).map((worker) => [worker, origins[`runtime.workers.${worker}`] ?? ''] as const)
  const procfile = places.find(([worker, origin]) => !/^(?:cron|static$)/.test(worker) && /(?:^|\/)Procfile:/.test(origin))?.[1]
  const command = defaults[name ?? ''] ?? ''
  const isNamed = Object.values(runtime.workers).map(wordsOf).includes(wordsOf(command))
  const isSaid = isNamed || webWorkersOf(runtime.workers).length > 0 || Object.hasOwn(runtime.workers, 'static')
  return name === undefined || procfile === undefined || isSaid ? undefined : { name, command, procfile }
}

export interface RenamedWeb {
  readonly worker: string
  /** The name with which it would answer requests, and what it runs. */
  readonly name: string
  readonly command: string
  readonly origin: string
  /** The two names differ in their case only. */
  readonly isByCase: boolean
}

/**
 * What the app most likely means to answer requests by, under a name that does not, where nothing else does: `Web`, or a command that would
 * by default. `worker` is what warnings tell authors to write of a command that serves nobody, so who has written it knows.
 */
export function renamedWeb(defaults: Workers, { runtime, origins }: Pick<AppConfig, 'runtime' | 'origins'>): RenamedWeb | undefined {
  const own = Object.entries(runtime.workers)
  if (webWorkersOf(runtime.workers).length > 0 || Object.hasOwn(runtime.workers, 'static')) return undefined
  const byCase = own.find(([worker]) => webWorkers.includes(worker.toLowerCase()))
  const [name = ''] = webWorkersOf(defaults)
  const byCommand = own.find(
    ([worker, command]) => worker !== 'worker' && name !== '' && wordsOf(command) === wordsOf(defaults[name] ?? ''),
  )
  const [worker, command] = byCase ?? byCommand ?? []
  if (worker === undefined || command === undefined) return undefined
  const origin = origins[`runtime.workers.${worker}`] ?? 'The configuration'
  return { worker, command, origin, name: byCase === undefined ? name : worker.toLowerCase(), isByCase: byCase !== undefined }
}

function wordsOf(command: string): string {
  return command.trim().replace(/\s+/g, ' ')
}
