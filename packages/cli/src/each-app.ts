import { toHop3Error, type Hop3Error, type Host } from '@hop3/core'
import type { Output } from './render/output.ts'
import { errorValue } from './render/error-text.ts'

export interface AppFailure {
  readonly app: string
  readonly error: Hop3Error
}

/** Does something for every app of this machine, one after another. What cannot be done for one keeps no other from its turn. */
export async function eachApp<T>(
  host: Host,
  work: (appName: string) => Promise<T>,
): Promise<{ readonly done: readonly T[]; readonly failures: readonly AppFailure[] }> {
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

/** How a result in JSON has them. */
export function failureValues(
  failures: readonly AppFailure[],
  { mask }: Pick<Output, 'mask'>,
): readonly { readonly app: string; readonly error: Readonly<Record<string, unknown>> }[] {
  return failures.map(({ app, error }) => ({ app, error: errorValue(error, mask) }))
}
