import { hop3Error, toHop3Error } from './errors.ts'
import type { Route } from './proxy.ts'

/** What failed for no reason that has a code of its own, or for one of the system's (`environment.*`). `proxy` is what messages call it, with where its log is. */
export function routeFailure(
  routes: readonly Pick<Route, 'appName' | 'release'>[],
  error: unknown,
  proxy: { readonly title: string; readonly log: string },
): Error {
  const what = routes.map(({ appName, release }) => `${appName} to ${release}`).join(', ')
  const known = toHop3Error(error, `Cannot route ${what}`)
  // A full disk and the like want something else than the same command, and the proxy may not run that served before.
  if (known.class === 'environment') return known
  const seen = error instanceof Error ? error.message : String(error)
  return hop3Error('deploy.proxy.failed', `Cannot route ${what}: ${seen}.`, {
    hint: `The route before it serves again. Run the command once more; ${proxy.title}'s log is ${proxy.log}.`,
    cause: error,
  })
}
