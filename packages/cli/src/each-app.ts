import { toHop3Error, type Hop3Error, type Host } from '@hop3/core'

export interface AppFailure {
  readonly app: string
  readonly error: Hop3Error
}

/** Each app's error on a line of its own, then what to do about them, each hint once. */
export function failureLines(failures: readonly AppFailure[]): readonly string[] {
  const hints = new Set(failures.flatMap(({ error }) => error.hint ?? []))
  return [...failures.map(({ app, error }) => `${app}: ${error.message}`), ...[...hints].map((hint) => `hint: ${hint}`)]
}

/** Does something for every app of this machine, one after another. What cannot be done for one keeps no other from its turn. */
export async function eachApp<T>(
  host: Host,
  work: (appName: string) => Promise<T>,
): Promise<{ done: readonly T[]; failures: readonly AppFailure[] }> {
  const done: T[] = []
  const failures: AppFailure[] = []
  for (const app of await host.home.apps()) {
    host.signal.throwIfAborted()
    try {
      done.push(await work(app))
    } catch (thrown) {
      failures.push({ app, error: toHop3Error(thrown, app) })
    }
  }
  return { done, failures }
}
