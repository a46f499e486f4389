import { deploymentContext, proxyContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import type { Deployer, DeploymentContext, HomeStatus, WorkerStatus } from './deployer.ts'
import type { AppHome, AppState } from './home.ts'
import { own } from './own.ts'
import type { Proxy } from './proxy.ts'
import { targetScale } from './scale.ts'
import type { Target } from './target.ts'

export interface Seen {
  /** Every instance of the app, under the deployer that last served it. */
  readonly workers: readonly WorkerStatus[]
  /** Exactly the wanted instances run, and the proxy leads to them. */
  readonly isServed: boolean
  /** What all apps need and is gone: see `Deployer.outage`. */
  readonly outages: readonly string[]
  /** Where the app answers now, else where it did last. Null without a route, and where nobody answers. */
  readonly url: string | null
}

/** What has been asked about all apps, by deployer: made by who asks about each of them, one after another, and gone with the command. */
export type Survey = Map<string, Promise<HomeStatus>>

export const createSurvey = (): Survey => new Map()

/** Looks at what runs; starts nothing. */
export async function seeServed(
  { appHome, host, state }: Pick<Converging, 'appHome' | 'host' | 'state'>,
  target: Target,
  survey?: Survey,
): Promise<Seen> {
  const context = await deploymentContext({ appHome, host }, target)
  const factory = (await host.registry.deployers()).find((one) => one.name === state.deployer)
  const deployer: Deployer | undefined = factory?.create(context, target.artifact)
  const workers = deployer === undefined ? [] : await workersOf(deployer, appHome.appName, survey)
  const counts = targetScale(target.artifact.runtime.workers, context.scale)
  const least = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const most = Object.entries(counts).reduce((sum, [name, count]) => sum + mostOf(context, name, count), 0)
  const wanted = workers.filter(
    (one) => one.state === 'running' && one.release === target.release.id && one.generation === target.generation,
  )
  const isRunning = deployer !== undefined && wanted.length === workers.length && wanted.length >= least && wanted.length <= most
  const proxy = (await host.registry.proxies()).find((one) => one.name === state.proxy)?.create(proxyContext(host))
  const url = state.url === null ? null : ((await proxy?.url?.(appHome.appName)) ?? state.url)
  const outages = state.stopped ? [] : await outagesOf(appHome.appName, deployer, proxy, survey)
  if (!isRunning || state.stopped || outages.length > 0) return { workers, isServed: false, outages, url }
  if (state.proxy === null) return { workers, isServed: state.url === null, outages, url }
  const isServed = (await proxy?.serves?.(appHome.appName, target.release.id)) === true
  return { workers, isServed: isServed && (await isOpenAsWanted(proxy, appHome, state)), outages, url }
}

/** What nobody wants has no range. */
function mostOf({ config }: DeploymentContext, worker: string, count: number): number {
  return count === 0 ? 0 : Math.max(count, own(config.mostInstances ?? {}, worker) ?? count)
}

/** A route that could not be made again after a command was killed may show the page where it is not wanted, or not where it is. */
async function isOpenAsWanted(proxy: Proxy | undefined, { appName }: AppHome, { maintenance }: AppState): Promise<boolean> {
  const route = (await proxy?.routes?.())?.find((one) => one.appName === appName)
  return route === undefined || (route.maintenance === undefined) === (maintenance === undefined)
}

async function workersOf(deployer: Deployer, appName: string, survey: Survey | undefined): Promise<readonly WorkerStatus[]> {
  const all = await ofAll(deployer, survey)
  if (all === undefined) return deployer.status()
  const failure = all.failureOf?.(appName)
  if (failure !== undefined) throw failure
  return all.workers.filter(({ app }) => app === appName)
}

async function ofAll(deployer: Deployer, survey: Survey | undefined): Promise<HomeStatus | undefined> {
  if (survey === undefined || deployer.statusOfAll === undefined) return undefined
  const all = survey.get(deployer.name) ?? deployer.statusOfAll()
  survey.set(deployer.name, all)
  return all
}

/** A proxy that does not say whether it runs is taken for one that does. */
async function outagesOf(
  appName: string,
  deployer: Deployer | undefined,
  proxy: Proxy | undefined,
  survey: Survey | undefined,
): Promise<readonly string[]> {
  const keeper = deployer && (await outageOf(deployer, appName, survey))
  const isGone = proxy?.running !== undefined && (await proxy.running()) === undefined
  return [...(keeper === undefined ? [] : [keeper]), ...(isGone ? [`the ${proxy.name} proxy is gone`] : [])]
}

async function outageOf(deployer: Deployer, appName: string, survey: Survey | undefined): Promise<string | undefined> {
  const all = await ofAll(deployer, survey)
  return all === undefined ? deployer.outage?.() : all.outageOf?.(appName)
}
