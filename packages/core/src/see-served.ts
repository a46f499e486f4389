import { deploymentContext, proxyContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import type { Deployer, DeploymentContext, HomeStatus, WorkerStatus } from './deployer.ts'
import type { AppState } from './home.ts'
import { own } from './own.ts'
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
  /** All that is gone is the proxy's main process: what it has left still answers for the app, and no change reaches that. */
  readonly leftAnswering: boolean
  /** Where the app answers now, else where it did last. Null without a route, and where nobody answers. */
  readonly url: string | null
}

/** What has been asked about all apps: made by who asks about each of them, one after another, and gone with the command. */
export interface Survey {
  /** By deployer. */
  readonly workers: Map<string, Promise<HomeStatus>>
  /** By proxy. */
  readonly routes: Map<string, Promise<readonly Route[]>>
  readonly running: Map<string, Promise<ProxyState>>
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
  const least = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const most = Object.entries(counts).reduce((sum, [name, count]) => sum + mostOf(context, name, count), 0)
  const wanted = workers.filter(
    (one) => one.state === 'running' && one.release === target.release.id && one.generation === target.generation,
  )
  const isRunning = deployer !== undefined && wanted.length === workers.length && wanted.length >= least && wanted.length <= most
  const proxy = (await host.registry.proxies()).find((one) => one.name === state.proxy)?.create(proxyContext(host))
  const { routes, running } = survey ?? createSurvey()
  const route = await routeOf(proxy, appHome.appName, routes)
  const url = state.url === null ? null : ((route && (await proxy?.url?.(route))) ?? state.url)
  const keeper = state.stopped ? undefined : deployer && (await outageOf(deployer, appHome.appName, survey))
  const proxyState = state.stopped ? 'runs' : await stateOf(proxy, running)
  const gone = proxyState === 'runs' ? undefined : `the ${proxy?.name} proxy ${stateWords[proxyState]}`
  const outages = [keeper, gone].filter((one) => one !== undefined)
  const leftAnswering = proxyState === 'left' && keeper === undefined && isRunning
  if (!isRunning || state.stopped || outages.length > 0) return { workers, isServed: false, outages, leftAnswering, url }
  if (state.proxy === null) return { workers, isServed: state.url === null, outages, leftAnswering, url }
  const isServed = (await proxy?.serves?.(appHome.appName, target.release.id)) === true
  return { workers, isServed: isServed && isOpenAsWanted(route, state), outages, leftAnswering, url }
}

/** What nobody wants has no range. */
function mostOf({ config }: DeploymentContext, worker: string, count: number): number {
  return count === 0 ? 0 : Math.max(count, own(config.mostInstances ?? {}, worker) ?? count)
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
  if (all === undefined) return deployer.status()
  const failure = all.failureOf?.(appName)
  if (failure !== undefined) throw failure
  return all.workers.filter(({ app }) => app === appName)
}

async function ofAll(deployer: Deployer, survey: Survey | undefined): Promise<HomeStatus | undefined> {
  if (survey === undefined || deployer.statusOfAll === undefined) return undefined
  return once(survey.workers, deployer.name, async () => (await deployer.statusOfAll?.()) ?? { workers: await deployer.status() })
}

/** `left`: its main process is gone, and others it started go on answering. */
type ProxyState = 'runs' | 'left' | 'gone'

const stateWords = { left: 'has lost its main process', gone: 'is gone' }

/** A proxy that does not say whether it runs is taken for one that does. */
async function stateOf(proxy: Proxy | undefined, running: Survey['running']): Promise<ProxyState> {
  if (proxy?.running === undefined) return 'runs'
  return once(running, proxy.name, async () => {
    if ((await proxy.running?.()) !== undefined) return 'runs'
    return (await proxy.leftAnswering?.()) === true ? 'left' : 'gone'
  })
}

async function outageOf(deployer: Deployer, appName: string, survey: Survey | undefined): Promise<string | undefined> {
  const all = await ofAll(deployer, survey)
  return all === undefined ? deployer.outage?.() : all.outageOf?.(appName)
}
