/** The whole file is about one question: which workers answer requests, and which of several wins? */

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

function wordsOf(command: string): string {
  return command.trim().replace(/\s+/g, ' ')
}
