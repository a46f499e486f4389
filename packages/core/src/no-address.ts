import type { DeploymentInfo } from './deployer.ts'

/** The DeploymentInfo of an app nobody can ask: it has workers, but no `web`. */
export const noAddress: DeploymentInfo = Object.freeze({ protocol: 'none', address: '', port: null, upstreams: [] })
