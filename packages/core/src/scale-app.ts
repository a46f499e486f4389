import { converge } from './converge.ts'
import { currentTarget } from './current-target.ts'
import { deployConfigOf } from './deploy-config.ts'
import { deployResult, type DeployResult } from './deploy-result.ts'
import type { Deltas, Scale } from './deployer.ts'
import type { Host } from './host.ts'
import { operate } from './operation.ts'
import { changedScale, deltasTo, targetScale } from './scale.ts'

export interface ScaleOptions {
  readonly deltas?: Deltas
  /** Counts to reach; with `deltas`, these are applied first. */
  readonly to?: Scale
  readonly wait?: boolean
}

export interface ScaleResult extends DeployResult {
  /** Instances of every worker now. */
  readonly scale: Scale
}

/** Changes how many instances of each worker run, and remembers it. Throws `config.scale`, `deploy.not-running`. */
export async function scaleApp(appName: string, host: Host, { deltas = {}, to = {}, wait }: ScaleOptions): Promise<ScaleResult> {
  return operate({ appName, host, operation: 'scale', wait }, async (operation) => {
    const target = await currentTarget(operation)
    const { workers } = target.artifact.runtime
    const appScale = deployConfigOf(target.artifact).scale
    const reached = changedScale(workers, appScale, target.scale, deltasTo(workers, { ...appScale, ...target.scale }, to))
    const scale = changedScale(workers, appScale, reached, deltas)
    await operation.record('begin')
    const result = deployResult(appName, target.release.id, await converge(operation, { ...target, scale }))
    return { ...result, scale: targetScale(workers, { ...appScale, ...scale }) }
  })
}
