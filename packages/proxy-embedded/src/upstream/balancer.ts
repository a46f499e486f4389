/** Takes an app's upstreams in turn. */
import type { Upstream } from '@hop3/core'
import type { Limits } from '../limits.ts'
import { createPool, type Pool } from './pool.ts'

export interface Balancer {
  readonly pools: readonly Pool[]
  /** The next upstream that is not in `tried`; one that refused a connection a moment ago only when there is no other. */
  next(tried: ReadonlySet<Pool>): Pool | undefined
  retire(): void
  /** Requests under way. */
  busy(): number
}

export function createBalancer(upstreams: readonly Upstream[], limits: Limits): Balancer {
  const pools = upstreams.map((upstream) => createPool(upstream, limits))
  let turn = 0
  return {
    pools,
    next(tried) {
      let down: Pool | undefined
      for (let count = 0; count < pools.length; count++) {
        const pool = pools[(turn + count) % pools.length]
        if (pool === undefined || tried.has(pool)) continue
        if (pool.downUntil === 0 || pool.downUntil < performance.now()) {
          turn = (turn + count + 1) % pools.length
          return pool
        }
        down ??= pool
      }
      return down
    },
    busy: () => pools.reduce((sum, pool) => sum + pool.busy(), 0),
    retire() {
      for (const pool of pools) pool.retire()
    },
  }
}
