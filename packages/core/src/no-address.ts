import type { DeploymentInfo, Upstream } from './deployer.ts'

/** The DeploymentInfo of an app nobody can ask: it has workers, but no `web`. */
export const noAddress: DeploymentInfo = Object.freeze({ protocol: 'none', address: '', port: null, upstreams: [] })

/** Where instances answer over HTTP, the first of them at the head. Without any: scaled to zero the app keeps its name. */
export function addressOf(upstreams: readonly Upstream[]): DeploymentInfo {
  const [first] = upstreams
  return { protocol: 'http', address: first?.address ?? '', port: first?.port ?? null, upstreams: [...upstreams] }
}
