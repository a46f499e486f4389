import type { WorkerStatus } from './deployer.ts'
import { isHop3Error, type Hop3Error } from './errors.ts'
import type { Host } from './host.ts'
import { targetOrDamage } from './candidates.ts'
import { seeServed, type Survey } from './see-served.ts'
import { recoverApp } from './recover-app.ts'
import { statusUnder } from './under-deployers.ts'

export interface AppStatus {
  readonly app: string
  /** Null before the first deploy has succeeded. */
  readonly release: string | null
  readonly stopped: boolean
  /** Visitors get a page instead: see `maintainApp`. */
  readonly maintenance: boolean
  readonly url: string | null
  readonly port: number | null
  /** Exactly the wanted instances run and the proxy leads to them, as far as can be told. Null when the app is stopped or was never deployed. */
  readonly isServed: boolean | null
  /** What all apps need and is gone, in words: `the embedded proxy is gone`. Whatever starts an app brings it back, for all. */
  readonly outages: readonly string[]
  /** The proxy's main process alone is gone: what it has left still answers for the app, and no change reaches that. */
  readonly leftAnswering?: true
  readonly workers: readonly WorkerStatus[]
  /** Why its release cannot be read, `artifact.*`: what runs of it goes on, and nothing can be started from it. */
  readonly damage?: Hop3Error
}

/**
 * What of the app really runs, also when its release is damaged. Recovers first; starts nothing else. Who asks about many apps gives
 * each call the same `survey`, at first empty: what one question answers for all is asked once.
 */
export async function appStatus(appName: string, host: Host, survey?: Survey): Promise<AppStatus> {
  await recoverApp(appName, host)
  const appHome = host.home.app(appName)
  const [state, release] = [await appHome.readState(), (await appHome.current()) ?? null]
  const { stopped, port } = state
  const maintenance = state.maintenance === true && !stopped
  const common = { app: appName, release, stopped, maintenance, url: stopped ? null : state.url, port }
  if (release === null || state.deployer === null) return { ...common, isServed: null, outages: [], workers: [] }
  const target = await targetOrDamage({ appHome }, release, state)
  if (isHop3Error(target)) {
    const workers = await statusUnder({ appHome, host }, [state.deployer])
    return { ...common, isServed: stopped ? null : false, outages: [], workers, damage: target }
  }
  const { workers, isServed, outages, leftAnswering, url } = await seeServed({ appHome, host, state }, target, survey)
  if (stopped) return { ...common, isServed: null, outages, workers }
  return { ...common, url, isServed, outages, ...(leftAnswering && { leftAnswering }), workers }
}
