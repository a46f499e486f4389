import type { ProxyContext, ProxyFactory } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { watchConduct } from './conduct.ts'
import { registerProxyFailureTests } from './proxy-failures.ts'
import { registerMaintenanceTests } from './proxy-maintenance.ts'
import { registerRouteTests } from './proxy-routes.ts'
import { proxyStageFor } from './proxy-stage.ts'
import { registerSwapTests } from './proxy-swaps.ts'
import { registerSightTest } from './process-sight.ts'
import { checkName, checkVerdict } from './verdict-checks.ts'

export interface ProxySuite {
  readonly factory: ProxyFactory
  /** What the context holds besides the standard. */
  readonly context?: Partial<ProxyContext>
  /** Milliseconds for one test. Default 60 000. */
  readonly timeout?: number
}

/** Registers the tests every proxy passes: the promises of `Proxy` in `@hop3/core`, with real requests to real upstreams. */
export function testProxy(suite: ProxySuite): void {
  const { factory, timeout = 60_000, context } = suite
  describe(`${factory.name} keeps the proxy contract`, { timeout }, () => {
    watchConduct()
    registerSightTest()
    const stage = proxyStageFor(factory, context)

    test('carries its name', async () => {
      const { proxy } = await stage()
      expect(proxy().name).toBe(factory.name)
      checkName(factory, proxy())
    })

    test('says whether it can work here, read-only, with a reason', async () => {
      const { proxy, host } = await stage()
      expect(await checkVerdict(() => proxy().accept(), [host.directory])).toMatchObject({ accepted: true })
    })

    registerRouteTests(stage)
    registerSwapTests(stage)
    registerMaintenanceTests(stage)
    registerProxyFailureTests(stage)
  })
}
