/** What one builder finds out once and uses in `accept`, `fingerprint` and `build`. */
import type { BuildContext } from '@hop3/core'
import { planApp, type PlannedApp } from '@hop3/planner'

export interface Session {
  readonly context: BuildContext
  readonly planned: () => Promise<PlannedApp>
}

export function createSession(context: BuildContext): Session {
  const { appName, sourcePath, config, toolchains, log, look } = context
  let planned: Promise<PlannedApp> | undefined
  return {
    context,
    planned: () =>
      (planned ??= planApp({ appName, sourcePath, config, toolchains, log, access: context, ...(look !== undefined && { look }) })),
  }
}
