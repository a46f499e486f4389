import { hop3Error } from './errors.ts'
import type { Route } from './proxy.ts'

/** What failed for no reason that has a code of its own. `proxy` is what messages call it, with where its log is. */
export function routeFailure(
  routes: readonly Pick<Route, 'appName' | 'release'>[],
  error: unknown,
  proxy: { readonly title: string; readonly log: string },
): Error {
  const seen = error instanceof Error ? error.message : String(error)
  const what = routes.map(({ appName, release }) => `${appName} to ${release}`).join(', ')
  return hop3Error('deploy.proxy.failed', `Cannot route ${what}: ${seen}.`, {
    hint: `The route before it serves again. Run the command once more; ${proxy.title}'s log is ${proxy.log}.`,
    cause: error,
  })
}
