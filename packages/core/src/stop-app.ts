import type { Host } from './host.ts'
import { hop3Error } from './errors.ts'
import { operate } from './operation.ts'
import { finishDestroy, finishStop } from './take-down.ts'

export interface StopOptions {
  readonly wait?: boolean
}

/** Stops the app's workers and takes its name from the proxy. Releases and data stay. Stopping what is stopped succeeds. */
export async function stopApp(
  appName: string,
  host: Host,
  { wait }: StopOptions = {},
): Promise<{ readonly app: string; readonly stopped: true }> {
  await checkThere(appName, host)
  return operate({ appName, host, operation: 'stop', wait }, async (operation) => {
    await operation.record('begin')
    await finishStop(operation)
    return { app: appName, stopped: true }
  })
}

/** Stops the app and removes everything of it, its data included. */
export async function destroyApp(
  appName: string,
  host: Host,
  { wait }: StopOptions = {},
): Promise<{ readonly app: string; readonly destroyed: true }> {
  await checkThere(appName, host)
  return operate({ appName, host, operation: 'destroy', wait }, async (operation) => {
    await operation.record('begin')
    await finishDestroy(operation)
    return { app: appName, destroyed: true }
  })
}

/** Taking the lock would make a home for an app that never was. */
async function checkThere(appName: string, host: Host): Promise<void> {
  if (await host.home.app(appName).exists()) return
  const apps = await host.home.apps()
  throw hop3Error('deploy.not-deployed', `${appName} has not been deployed on this host.`, {
    hint: apps.length === 0 ? 'Nothing has been deployed here yet.' : `The apps here are: ${apps.join(', ')}.`,
  })
}
