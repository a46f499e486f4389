import type { Host } from './host.ts'
import { operate } from './operation.ts'
import { finishDestroy, finishStop } from './take-down.ts'

export interface StopOptions {
  readonly wait?: boolean
}

export interface StopOneOptions extends StopOptions {
  /** One of all apps that are being stopped: see `AppState.stoppedWithAll`. */
  readonly withAll?: boolean
}

/**
 * Stops the app's workers and takes its name from the proxy. Releases and data stay. Stopping what is stopped succeeds. Throws
 * `deploy.not-deployed`.
 */
export async function stopApp(
  appName: string,
  host: Host,
  { wait, withAll = false }: StopOneOptions = {},
): Promise<{ readonly app: string; readonly stopped: true }> {
  return operate({ appName, host, operation: 'stop', wait }, async (operation) => {
    await operation.record('begin', withAll ? { withAll: true } : {})
    await finishStop(operation)
    return { app: appName, stopped: true }
  })
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
