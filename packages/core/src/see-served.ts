import { deploymentContext, proxyContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import type { Deployer, HomeStatus, WorkerStatus } from './deployer.ts'
import type { AppState } from './home.ts'
import type { Proxy, Route } from './proxy.ts'
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

/** What has been asked about all apps: made by who asks about each of them, one after another, and gone with the command. */
export interface Survey {
  /** By deployer. */
  readonly workers: Map<string, Promise<HomeStatus>>
  /** By proxy. */
  readonly routes: Map<string, Promise<readonly Route[]>>
  readonly running: Map<string, Promise<unknown>>
}

export const createSurvey = (): Survey => ({ workers: new Map(), routes: new Map(), running: new Map() })

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
  const expected = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const wanted = workers.filter(
    (one) => one.state === 'running' && one.release === target.release.id && one.generation === target.generation,
  )
  const isRunning = deployer !== undefined && wanted.length === workers.length && wanted.length === expected
  const proxy = (await host.registry.proxies()).find((one) => one.name === state.proxy)?.create(proxyContext(host))
  const { routes, running } = survey ?? createSurvey()
  const route = await routeOf(proxy, appHome.appName, routes)
  const url = state.url === null ? null : ((route && (await proxy?.url?.(route))) ?? state.url)
  const keeper = state.stopped ? undefined : deployer && (await outageOf(deployer, appHome.appName, survey))
  const gone = !state.stopped && (await isGone(proxy, running)) ? `the ${proxy?.name} proxy is gone` : undefined
  const outages = [keeper, gone].filter((one) => one !== undefined)
  if (!isRunning || state.stopped || outages.length > 0) return { workers, isServed: false, outages, url }
  if (state.proxy === null) return { workers, isServed: state.url === null, outages, url }
  const isServed = (await proxy?.serves?.(appHome.appName, target.release.id)) === true
  return { workers, isServed: isServed && isOpenAsWanted(route, state), outages, url }
}

/** A route that could not be made again after a command was killed may show the page where it is not wanted, or not where it is. */
function isOpenAsWanted(route: Route | undefined, { maintenance }: AppState): boolean {
  return route === undefined || (route.maintenance === undefined) === (maintenance === undefined)
}

async function routeOf(proxy: Proxy | undefined, appName: string, routes: Survey['routes']): Promise<Route | undefined> {
  if (proxy?.routes === undefined) return undefined
  const all = await once(routes, proxy.name, async () => (await proxy.routes?.()) ?? [])
  return all.find((one) => one.appName === appName)
}

function once<T>(asked: Map<string, Promise<T>>, name: string, ask: () => Promise<T>): Promise<T> {
  const answer = asked.get(name) ?? ask()
  asked.set(name, answer)
  return answer
}

async function workersOf(deployer: Deployer, appName: string, survey: Survey | undefined): Promise<readonly WorkerStatus[]> {
  const all = await ofAll(deployer, survey)
  return all === undefined ? deployer.status() : all.workers.filter(({ app }) => app === appName)
}

async function ofAll(deployer: Deployer, survey: Survey | undefined): Promise<HomeStatus | undefined> {
  if (survey === undefined || deployer.statusOfAll === undefined) return undefined
  return once(survey.workers, deployer.name, async () => (await deployer.statusOfAll?.()) ?? { workers: await deployer.status() })
}

/** A proxy that does not say whether it runs is taken for one that does. */
async function isGone(proxy: Proxy | undefined, running: Survey['running']): Promise<boolean> {
  if (proxy?.running === undefined) return false
  return (await once(running, proxy.name, async () => proxy.running?.())) === undefined
}

async function outageOf(deployer: Deployer, appName: string, survey: Survey | undefined): Promise<string | undefined> {
  const all = await ofAll(deployer, survey)
  return all === undefined ? deployer.outage?.() : all.outageOf?.(appName)
}
