import type { Host } from './host.ts'
import { operate, type Operation } from './operation.ts'
import { finishDestroy, finishStop } from './take-down.ts'

export interface StopOptions {
  readonly wait?: boolean
}

export interface StopOneOptions extends StopOptions {
  /** One of all apps that are being stopped: see `AppState.stoppedWithAll`. */
  readonly withAll?: boolean
}

export interface StopResult {
  readonly app: string
  readonly stopped: true
  /** It has no release, and nothing was changed. */
  readonly neverDeployed?: true
}

/**
 * Stops the app's workers and takes its name from the proxy. Releases and data stay. Stopping what is stopped succeeds, and of what was
 * never deployed nothing is changed. Throws `deploy.not-deployed`.
 */
export async function stopApp(appName: string, host: Host, { wait, withAll = false }: StopOneOptions = {}): Promise<StopResult> {
  return operate({ appName, host, operation: 'stop', wait }, async (operation) => {
    if (await isNeverDeployed(operation)) return { app: appName, stopped: true, neverDeployed: true }
    await operation.record('begin', withAll ? { withAll: true } : {})
    await finishStop(operation)
    return { app: appName, stopped: true }
  })
}

/** A command that was cut off may have started something without a release that serves. */
async function isNeverDeployed({ appHome, state }: Operation): Promise<boolean> {
  if (state.deployer !== null || (await appHome.current()) !== undefined) return false
  return (await appHome.openRecords()).length === 0
}

/** Stops the app and removes everything of it, its data included. Throws `deploy.not-deployed`. */
export async function destroyApp(
  appName: string,
  host: Host,
  { wait }: StopOptions = {},
): Promise<{ readonly app: string; readonly destroyed: true }> {
  return operate({ appName, host, operation: 'destroy', wait }, async (operation) => {
    await operation.record('begin')
    await finishDestroy(operation)
    return { app: appName, destroyed: true }
  })
}
