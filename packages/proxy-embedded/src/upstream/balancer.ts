/** Takes an app's upstreams in turn. */
import type { Upstream } from '@hop3/core'
import type { Limits } from '../limits.ts'
import { createPool, type Pool } from './pool.ts'

export interface Balancer {
  readonly pools: readonly Pool[]
  /** The next upstream that is not in `tried`; one that refused a connection a moment ago only when there is no other. */
  next(tried: ReadonlySet<Pool>): Pool | undefined
  /** Retires the pools that `successor` has not taken over, and returns them. */
  retire(successor: Balancer | undefined, grace: number): readonly Pool[]
}

/** An upstream that `before` has as well keeps its connections and streams. */
export function createBalancer(upstreams: readonly Upstream[], limits: Limits, before?: Balancer): Balancer {
  const poolOf = ({ address, port }: Upstream): Pool | undefined =>
    before?.pools.find(({ upstream }) => upstream.address === address && upstream.port === port)
  const pools = upstreams.map((upstream) => poolOf(upstream) ?? createPool(upstream, limits))
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
    retire(successor, grace) {
      const left = pools.filter((pool) => successor?.pools.includes(pool) !== true)
      for (const pool of left) pool.retire(grace)
      return left
    },
  }
}
