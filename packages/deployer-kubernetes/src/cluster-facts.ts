/** What a cluster can do, as far as the objects of an app depend on it. */
import { isObject } from '@hop3/core/json'
import type { Cluster } from './client/cluster.ts'

export interface ClusterFacts {
  /** A pod may pause before it ends without a program of its image: from 1.30 on. */
  readonly canSleep: boolean
  /** The cluster knows `HTTPRoute` of the Gateway API. */
  readonly hasGateways: boolean
}

/** What rendering without a cluster takes for granted. */
export const usualFacts: ClusterFacts = { canSleep: true, hasGateways: false }

export async function readFacts(cluster: Cluster, app: string): Promise<ClusterFacts> {
  const attempt = { what: 'Cannot ask the cluster for its version', app }
  const [version, gateways] = await Promise.all([
    cluster.expect({ method: 'GET', path: '/version' }, [200], attempt),
    cluster.ask({ method: 'GET', path: '/apis/gateway.networking.k8s.io/v1' }),
  ])
  const minor = isObject(version) ? Number.parseInt(String(version['minor']), 10) : 0
  return { canSleep: minor >= 30, hasGateways: gateways.status === 200 }
}
