import type { BuildArtifact, DeploymentContext, ExecOptions } from '@hop3/core'
import { execCommand } from '../exec-command.ts'
import { withManager } from './manager.ts'
import { ensureOverlay } from './overlay.ts'
import { stackName } from './stack-names.ts'

/** See `Deployer.exec`. In a container of this node, in the app's network. */
export async function exec(context: DeploymentContext, artifact: BuildArtifact, command: string, options: ExecOptions): Promise<number> {
  const node = await withManager(context, async (manager) => manager.node)
  context.log.info(`Running it on this node of the swarm (${node}).`)
  return execCommand(context, artifact, command, options, (engine) => ensureOverlay(engine, stackName(context)))
}
