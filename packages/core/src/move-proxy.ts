/** Moves all apps of a home from one proxy to another: both serve for a while, and the old one goes when the new one has every route. */
import { proxyContext } from './contexts.ts'
import type { AppHome, Lock } from './home.ts'
import type { Host } from './host.ts'
import type { Proxy, ProxyContext, Route } from './proxy.ts'
import { recoverApp } from './recover-app.ts'
import { selectProxy } from './select-strategy.ts'

export interface ProxyMove {
  readonly to: string
  /** Those that served something. */
  readonly from: readonly string[]
  /** App → its URL now. */
  readonly urls: Readonly<Record<string, string>>
}

/**
 * `decided` is called once every route is live and nothing can fail any more, before the old proxies end. Killed at any point, apps are served
 * by one of them or both, and the same call again finishes it. Throws `select.proxy.*`, `deploy.proxy.*` with the old proxies serving alone,
 * and `lock.held`.
 */
export async function moveProxy(host: Host, to: string, decided: () => Promise<void>): Promise<ProxyMove> {
  await selectProxy(host.registry, proxyContext(host), to)
  const names = await host.home.apps()
  for (const name of names) await recoverApp(name, host)
  const locks: Lock[] = []
  try {
    for (const name of names) locks.push(await lockApp(host, host.home.app(name)))
    return await moveLocked(host, to, names, decided)
  } finally {
    for (const lock of locks) await lock.release()
  }
}

function lockApp({ signal, log }: Host, appHome: AppHome): Promise<Lock> {
  return appHome.lock({ operation: 'proxy use', wait: false, mustExist: true, signal, notice: (text) => log.warn(text) })
}

async function moveLocked(host: Host, to: string, names: readonly string[], decided: () => Promise<void>): Promise<ProxyMove> {
  const context = proxyContext(host, 'move')
  const proxies = (await host.registry.proxies()).map((factory) => ({
    name: factory.name,
    create: (with_: ProxyContext) => factory.create(with_),
  }))
  const old: { readonly proxy: Proxy; readonly routes: readonly Route[] }[] = []
  for (const { name, create } of proxies) {
    const proxy = create(context)
    const routes = name === to ? [] : ((await proxy.routes?.()) ?? [])
    if (routes.length > 0) old.push({ proxy, routes })
  }
  const routes = old.flatMap((one) => one.routes)
  const beside = [
    context.listen,
    ...(context.tls ? [context.tls.listen] : []),
    ...routes.map(({ port }) => ({ address: '127.0.0.1', port })),
  ]
  const target = proxies.find(({ name }) => name === to)
  const urls = await makeAll(target?.create({ ...context, beside }), routes)
  for (const name of names) await rewrite(host.home.app(name), to, urls[name])
  await decided()
  for (const { proxy, routes: left } of old) {
    await proxy.stop?.()
    for (const { appName } of left) await proxy.remove(appName)
  }
  // Alone now: what was proved beside another is proved again where it is not seen at once.
  const alone = target?.create(context)
  for (const route of routes) if ((await alone?.serves?.(route.appName, route.release)) === false) await alone?.apply(route)
  return { to, from: old.map(({ proxy }) => proxy.name), urls }
}

/** All or none. */
async function makeAll(proxy: Proxy | undefined, routes: readonly Route[]): Promise<Readonly<Record<string, string>>> {
  const urls: Record<string, string> = {}
  const before = new Set(((await proxy?.routes?.()) ?? []).map(({ appName }) => appName))
  try {
    for (const route of routes) urls[route.appName] = (await proxy?.apply(route)) ?? ''
    return urls
  } catch (error) {
    if (before.size === 0) await proxy?.stop?.()
    for (const { appName } of routes) if (!before.has(appName)) await proxy?.remove(appName)
    throw error
  }
}

async function rewrite(appHome: AppHome, proxy: string, url: string | undefined): Promise<void> {
  const state = await appHome.readState()
  if (url === undefined || state.proxy === null) return
  await appHome.writeState({ ...state, proxy, url: state.url === null ? null : url })
}
