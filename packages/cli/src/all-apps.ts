import { hop3Error, type AppHome, type Host } from '@hop3/core'
import { eachApp, type AppFailure } from './each-app.ts'
import type { Invocation } from './invocation.ts'

/** Throws `usage.extra-operand` when an app is named beside `--all`. */
export function checkNoneNamed({ operands, options }: Invocation): void {
  if (operands.length === 0 && options.text('app') === undefined) return
  throw hop3Error('usage.extra-operand', '--all means every app, and an app was named besides.', { hint: 'Leave out one of the two.' })
}

/** What `work` returned for every app `concerns` says yes to, and what kept it from the others. */
export async function allApps<T>(
  host: Host,
  concerns: (home: AppHome) => Promise<boolean>,
  work: (appName: string) => Promise<T>,
): Promise<{ readonly done: readonly T[]; readonly failures: readonly AppFailure[] }> {
  const { done, failures } = await eachApp(host, async (appName) => ((await concerns(host.home.app(appName))) ? [await work(appName)] : []))
  return { done: done.flat(), failures }
}
