/** Moves all apps of a home from one proxy to another: both serve for a while, and the old one goes when the new one has every route. */
import { proxyContext } from './contexts.ts'
import { isHop3Error } from './errors.ts'
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
 * Where nothing is served by another, the routes of `to` itself are made anew, for settings that have changed. `decided` is called once every
 * route is live, before the old proxies end. Killed at any point, apps are served by one of them or both, and the same call again finishes it.
 * Throws `select.proxy.*`, `lock.held`, and `deploy.proxy.*` with the old proxies serving alone; what fails after the last route was made
 * (writing it down, `decided`, an app that was deployed for the first time meanwhile) leaves all serving beside each other.
 */
export async function moveProxy(host: Host, to: string, decided: () => Promise<void>): Promise<ProxyMove> {
  await selectProxy(host.registry, proxyContext(host), to)
  const names = await host.home.apps()
  for (const name of names) await recoverApp(name, host)
  const locks: Lock[] = []
  try {
    for (const name of names) locks.push(await lockApp(host, host.home.app(name)))
    return await moveLocked(host, to, names, decided, locks)
  } finally {
    for (const lock of locks) await lock.release()
  }
}

function lockApp({ signal, log }: Host, appHome: AppHome, wait = false): Promise<Lock> {
  return appHome.lock({ operation: 'proxy use', wait, mustExist: true, signal, notice: (text) => log.warn(text) })
}

async function moveLocked(
  host: Host,
  to: string,
  names: readonly string[],
  decided: () => Promise<void>,
  locks: Lock[],
): Promise<ProxyMove> {
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
  const besides = (...late: readonly Route[]): ProxyContext => {
    const own = [...routes, ...late].map(({ port }) => ({ address: '127.0.0.1', port }))
    return { ...context, beside: [context.listen, ...(context.tls ? [context.tls.listen] : []), ...own] }
  }
  const target = proxies.find(({ name }) => name === to)
  const urls: Record<string, string> = {
    ...(old.length === 0 ? await remake(target?.create(context)) : await makeAll(target?.create(besides()), routes)),
  }
  for (const name of names) await rewrite(host.home.app(name), to, urls[name])
  await decided()
  for (const { proxy, routes: known } of old) {
    const moved = new Set(names)
    const moveLate = async (): Promise<void> => {
      for (;;) {
        const late = ((await proxy.routes?.()) ?? []).find(({ appName }) => !moved.has(appName))
        if (late === undefined) return
        moved.add(late.appName)
        const url = await takeLate(host, { from: proxy, to, target: target?.create(besides(late)), late, locks })
        if (url !== undefined) urls[late.appName] = url
      }
    }
    await moveLate()
    await proxy.stop?.()
    // One may have come between the last look and the end.
    await moveLate()
    for (const appName of new Set([...moved, ...known.map((route) => route.appName)])) await proxy.remove(appName)
  }
  // Alone now: what was proved beside another is proved again where it is not seen at once.
  const alone = target?.create(context)
  for (const route of routes) if ((await alone?.serves?.(route.appName, route.release)) === false) await alone?.apply(route)
  return { to, from: old.map(({ proxy }) => proxy.name), urls }
}

interface Late {
  readonly from: Proxy
  readonly to: string
  readonly target: Proxy | undefined
  readonly late: Route
  readonly locks: Lock[]
}

/** An app that was deployed for the first time meanwhile: nobody held its lock. Its command is waited for, and may have taken its route back. */
async function takeLate(host: Host, { from, to, target, late, locks }: Late): Promise<string | undefined> {
  const { appName } = late
  const appHome = host.home.app(appName)
  const lock = await lockApp(host, appHome, true).catch((error: unknown) => {
    if (isHop3Error(error) && error.code === 'deploy.not-deployed') return undefined
    throw error
  })
  if (lock === undefined) return undefined
  locks.push(lock)
  const route = ((await from.routes?.()) ?? []).find((one) => one.appName === appName)
  if (route === undefined) return undefined
  const url = await target?.apply(route)
  await rewrite(appHome, to, url)
  return url
}

async function remake(proxy: Proxy | undefined): Promise<Readonly<Record<string, string>>> {
  return applied(proxy, (await proxy?.routes?.()) ?? [])
}

/** At once where the proxy can: one that makes them one by one answers by the common address already, and of the others it knows nothing. */
async function applied(proxy: Proxy | undefined, routes: readonly Route[]): Promise<Readonly<Record<string, string>>> {
  if (proxy?.applyAll !== undefined) return routes.length === 0 ? {} : proxy.applyAll(routes)
  const urls: Record<string, string> = {}
  for (const route of routes) urls[route.appName] = (await proxy?.apply(route)) ?? ''
  return urls
}

/** All or none. */
async function makeAll(proxy: Proxy | undefined, routes: readonly Route[]): Promise<Readonly<Record<string, string>>> {
  const before = new Set(((await proxy?.routes?.()) ?? []).map(({ appName }) => appName))
  try {
    return await applied(proxy, routes)
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
