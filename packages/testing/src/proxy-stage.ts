/** Sets up what the proxies' tests act on: the proxy, upstreams that say who they are, and a way to ask through it. */
import type { Proxy, ProxyContext, ProxyFactory, Route } from '@hop3/core'
import { onTestFinished } from 'vitest'
import { proxyContextFor } from './context-for.ts'
import { request, type Answer, type Target } from './http-request.ts'
import { testHost, type TestHost } from './test-host.ts'

export interface ProxyStage {
  readonly host: TestHost
  readonly context: ProxyContext
  /** A new one each time: what a proxy knows it reads from the host, as the next command would. */
  readonly proxy: () => Proxy
  /** A complete route of app `shop`; its host name is `shop.example`. */
  readonly route: (change?: Partial<Route>) => Promise<Route>
  /** One request by host name to where all apps answer. */
  readonly ask: (target?: Partial<Target>) => Promise<Answer>
}

export type StageProxy = (given?: Partial<ProxyContext>) => Promise<ProxyStage>

/** The proxy is stopped when the test has finished. */
export function proxyStageFor(factory: ProxyFactory, always: Partial<ProxyContext> = {}): StageProxy {
  return async (given = {}) => {
    const host = await testHost()
    const context = await proxyContextFor(host, { ...always, ...given })
    const proxy = (): Proxy => factory.create(context)
    onTestFinished(() => proxy().stop?.())
    const route: ProxyStage['route'] = async (change = {}) => ({
      appName: 'shop',
      release: 'r000001-1f3a9c2e',
      hosts: ['shop.example'],
      protocol: 'http',
      upstreams: [],
      staticPaths: {},
      port: await host.reservePort(`${change.appName ?? 'shop'}/app`),
      spa: false,
      ...change,
    })
    return { host, context, proxy, route, ask: (target) => request({ ...context.listen, ...target }) }
  }
}
