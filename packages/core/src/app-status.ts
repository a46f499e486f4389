import type { WorkerStatus } from './deployer.ts'
import type { Host } from './host.ts'
import { seeServed } from './see-served.ts'
import { recoverApp } from './recover-app.ts'
import { targetFor } from './target.ts'

export interface AppStatus {
  readonly app: string
  /** Null before the first deploy has succeeded. */
  readonly release: string | null
  readonly stopped: boolean
  readonly url: string | null
  readonly port: number | null
  /** Exactly the wanted instances run and the proxy leads to them. Null when the app is stopped or was never deployed. */
  readonly isServed: boolean | null
  readonly workers: readonly WorkerStatus[]
}

/** What of the app really runs. Recovers first; starts nothing else. */
export async function appStatus(appName: string, host: Host): Promise<AppStatus> {
  await recoverApp(appName, host)
  const appHome = host.home.app(appName)
  const [state, release] = [await appHome.readState(), (await appHome.current()) ?? null]
  const common = { app: appName, release, stopped: state.stopped, url: state.stopped ? null : state.url, port: state.port }
  if (release === null || state.deployer === null) return { ...common, isServed: null, workers: [] }
  const { workers, isServed } = await seeServed({ appHome, host, state }, await targetFor({ appHome }, release, state))
  return { ...common, isServed: state.stopped ? null : isServed, workers }
}
