/** The route an app has, made again with its page or without it: nothing is started, and no instance asked what it answers. */
import { pageOf } from './app-route.ts'
import { readableTarget } from './candidates.ts'
import type { Converging } from './converge.ts'
import { hop3Error, toHop3Error } from './errors.ts'
import type { Proxy, Route } from './proxy.ts'
import { ownProxy } from './take-down.ts'

export interface Known {
  readonly proxy: Proxy
  readonly route: Route
}

/** As its proxy has it: what the app was started as is not asked again. Throws `deploy.no-address`. */
export async function knownRoute(converging: Converging): Promise<Known> {
  const { appName } = converging.appHome
  const proxy = await ownProxy(converging)
  const route = (await proxy?.routes?.())?.find((one) => one.appName === appName)
  if (proxy !== undefined && route !== undefined) return { proxy, route }
  const why = proxy === undefined ? 'no web worker of it runs' : `the ${proxy.name} proxy knows no route to it`
  throw hop3Error('deploy.no-address', `${appName} has no address that could show a page: ${why}.`, {
    hint: proxy === undefined ? 'Add a `web:` line to its Procfile, and deploy it.' : `Make its route again: \`hop3 start ${appName}\`.`,
  })
}

/** Tells the proxy of the route as the state wants it now. Resolves to its URL. Throws `deploy.proxy.*`. */
export async function remakeRoute(converging: Converging, { proxy, route: known }: Known): Promise<string> {
  const { maintenance: _, ...route } = known
  if (converging.state.maintenance === undefined) return proxy.apply(route)
  // A release that is damaged goes on running, and may be why.
  const target = await readableTarget(converging, route.release, converging.state)
  return proxy.apply({ ...route, maintenance: pageOf(target?.artifact) })
}

/** The route becomes what the state says, which is written last. Where it cannot be made it is said, and `hop3 start` makes it. */
export async function settleRoute(converging: Converging): Promise<void> {
  const { appHome, host } = converging
  try {
    await remakeRoute(converging, await knownRoute(converging))
  } catch (error) {
    host.signal.throwIfAborted()
    host.log.warn(`The route of ${appHome.appName} could not be made again: ${toHop3Error(error, 'route').message}`)
  }
  await converging.record('end')
}
