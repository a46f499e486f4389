/** The routes a proxy has, made anew for settings that have changed. */
import type { Host } from './host.ts'
import type { Proxy, Route } from './proxy.ts'
import { proxyNamed } from './proxy-named.ts'

/** All of `to`, as the settings of `host` are. Resolves to their URLs by app. Throws `plugin.missing`, `deploy.proxy.*`. */
export async function renewRoutes(host: Host, to: string): Promise<Readonly<Record<string, string>>> {
  const proxy = await proxyNamed(host, to)
  return applied(proxy, (await proxy.routes?.()) ?? [])
}

/** At once where the proxy can: one that makes them one by one answers by the common address already, and of the others it knows nothing. */
export async function applied(proxy: Proxy | undefined, routes: readonly Route[]): Promise<Readonly<Record<string, string>>> {
  if (proxy?.applyAll !== undefined) return routes.length === 0 ? {} : proxy.applyAll(routes)
  const urls: Record<string, string> = {}
  for (const route of routes) urls[route.appName] = (await proxy?.apply(route)) ?? ''
  return urls
}
