/** A proxy whose work is loaded when it is asked for: what an entry file offers costs nothing where another proxy serves. */
import type { Verdict } from './builder.ts'
import type { Proxy, ProxyContext, ProxyFactory, Route, RouteWish } from './proxy.ts'

/** `Proxy`, as functions of the context. `serving` is the release the app's name leads to now. */
export interface ProxyWork {
  accept(context: ProxyContext): Promise<Verdict>
  check(context: ProxyContext, wish: RouteWish): Promise<void>
  applyAll(context: ProxyContext, routes: readonly Route[]): Promise<Readonly<Record<string, string>>>
  removeAll(context: ProxyContext, appNames: readonly string[]): Promise<void>
  serving(context: ProxyContext, appName: string): Promise<string | undefined>
  url(context: ProxyContext, route: Route): Promise<string | undefined>
  running(context: ProxyContext): Promise<{ readonly pid: number; readonly port: number } | undefined>
  /** Absent: it leaves no process behind. */
  leftAnswering?(context: ProxyContext): Promise<boolean>
  routes(context: ProxyContext): Promise<readonly Route[]>
  stop(context: ProxyContext): Promise<void>
}

export function lazyProxy(
  { name, onlyByName = false }: Pick<ProxyFactory, 'name' | 'onlyByName'>,
  load: () => Promise<{ readonly work: ProxyWork }>,
): ProxyFactory {
  const work = async (): Promise<ProxyWork> => (await load()).work
  return {
    name,
    ...(onlyByName && { onlyByName }),
    create: (context): Proxy => ({
      name,
      accept: async () => (await work()).accept(context),
      check: async (wish) => (await work()).check(context, wish),
      apply: async (route) => (await (await work()).applyAll(context, [route]))[route.appName] ?? '',
      applyAll: async (routes) => (await work()).applyAll(context, routes),
      remove: async (appName) => (await work()).removeAll(context, [appName]),
      removeAll: async (appNames) => (await work()).removeAll(context, appNames),
      serves: async (appName, release) => (await (await work()).serving(context, appName)) === release,
      url: async (route) => (await work()).url(context, route),
      running: async () => (await work()).running(context),
      leftAnswering: async () => (await (await work()).leftAnswering?.(context)) ?? false,
      routes: async () => (await work()).routes(context),
      stop: async () => (await work()).stop(context),
    }),
  }
}
