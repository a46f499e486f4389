import { deploymentContext, proxyContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import type { Deployer, WorkerStatus } from './deployer.ts'
import { targetScale } from './scale.ts'
import type { Target } from './target.ts'

export interface Seen {
  /** Every instance of the app, under the deployer that last served it. */
  readonly workers: readonly WorkerStatus[]
  /** Exactly the wanted instances run, and the proxy leads to them. */
  readonly isServed: boolean
  /** Where the app answers now, else where it did last. Null without a route. */
  readonly url: string | null
}

/** Looks at what runs; starts nothing. */
export async function seeServed({ appHome, host, state }: Pick<Converging, 'appHome' | 'host' | 'state'>, target: Target): Promise<Seen> {
  const context = await deploymentContext({ appHome, host }, target)
  const factory = (await host.registry.deployers()).find((one) => one.name === state.deployer)
  const deployer: Deployer | undefined = factory?.create(context, target.artifact)
  const workers = (await deployer?.status()) ?? []
  const counts = targetScale(target.artifact.runtime.workers, context.scale)
  const expected = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const wanted = workers.filter(
    (one) => one.state === 'running' && one.release === target.release.id && one.generation === target.generation,
  )
  const isRunning = deployer !== undefined && wanted.length === workers.length && wanted.length === expected
  const proxy = (await host.registry.proxies()).find((one) => one.name === state.proxy)?.create(proxyContext(host))
  const url = (await proxy?.url?.(appHome.appName)) ?? state.url
  if (!isRunning || state.stopped) return { workers, isServed: false, url }
  if (state.proxy === null) return { workers, isServed: state.url === null, url }
  return { workers, isServed: (await proxy?.serves?.(appHome.appName, target.release.id)) === true, url }
}
