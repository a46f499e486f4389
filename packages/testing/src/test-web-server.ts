import { describe } from 'vitest'
import { registerExchangeTests } from './proxy-exchanges.ts'
import { registerSiteTests } from './proxy-sites.ts'
import { proxyStageFor } from './proxy-stage.ts'
import type { ProxySuite } from './test-proxy.ts'

/** What the official proxies do alike beyond the protocol: WebSockets, events, large bodies, headers, access logs, and how sites are published. */
export function testWebServer({ factory, context, timeout = 60_000 }: ProxySuite): void {
  describe(`${factory.name} as a web server`, { timeout }, () => {
    const stage = proxyStageFor(factory, context)
    registerExchangeTests(stage)
    registerSiteTests(stage)
  })
}
