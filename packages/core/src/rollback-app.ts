import { converge } from './converge.ts'
import { deployResult, type DeployResult } from './deploy-result.ts'
import { rollbackRelease } from './existing-release.ts'
import type { Host } from './host.ts'
import { operate } from './operation.ts'
import { targetFor } from './target.ts'

export interface RollbackOptions {
  /** An id or the beginning of one. Default: the previous release. */
  readonly release?: string
  readonly wait?: boolean
}

/** Makes an older (or any other) release serve: the same path as a deploy, with an artifact that exists. `before_run` does not run. */
export async function rollbackApp(appName: string, host: Host, options: RollbackOptions = {}): Promise<DeployResult> {
  return operate({ appName, host, operation: 'rollback', wait: options.wait }, async (operation) => {
    const { appHome, record, state } = operation
    const id = await rollbackRelease(appHome, options.release)
    const target = await targetFor(operation, id, { generation: await appHome.nextGeneration(), scale: state.scale })
    await record('begin')
    return deployResult(appName, id, await converge(operation, target))
  })
}
