import { currentRelease } from './current-target.ts'
import type { AppState } from './home.ts'
import type { Host } from './host.ts'
import { operate } from './operation.ts'
import { knownRoute, remakeRoute } from './remake-route.ts'

export interface MaintenanceOptions {
  readonly on: boolean
  readonly wait?: boolean
}

export interface MaintenanceResult {
  readonly app: string
  readonly maintenance: boolean
  /** False when it was so already. */
  readonly changed: boolean
  readonly url: string | null
}

/**
 * Has the app's proxy answer every request with 503 and the page of the app, or Hop3's own, or lead to the app again. Starts and stops nothing,
 * so that it can be turned on for an app that is broken. It lasts through deploys, rollbacks and reboots, until it is turned off or the app is
 * stopped by its name. Throws `deploy.not-deployed`, `deploy.stopped`, `deploy.no-address`, `deploy.proxy.*`.
 */
export async function maintainApp(appName: string, host: Host, { on, wait }: MaintenanceOptions): Promise<MaintenanceResult> {
  return operate({ appName, host, operation: 'maintenance', wait }, async (operation) => {
    const { appHome, record, state } = operation
    await currentRelease(operation)
    const known = await knownRoute(operation)
    const { maintenance: before = false, ...rest } = state
    const unchanged = { app: appName, maintenance: on, changed: before !== on, url: state.url }
    if (!on && !before && known.route.maintenance === undefined) return unchanged
    const wanted: AppState = on ? { ...rest, maintenance: true } : rest
    await record('begin')
    const url = await remakeRoute({ ...operation, state: wanted }, known)
    // Scaled to zero nobody answers there.
    const reached = { ...wanted, url: state.url === null ? null : url }
    await appHome.writeState(reached)
    await record('end')
    return { ...unchanged, url: reached.url }
  })
}
