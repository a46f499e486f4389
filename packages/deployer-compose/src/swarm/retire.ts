/** What earlier generations have left: the swarm has ended their tasks, the rest is ours. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { orElse } from '@hop3/core/files'
import { targetScale, type BuildArtifact, type Deltas, type DeploymentContext } from '@hop3/core'
import { listContainers } from '../containers.ts'
import { removeWithLeftovers } from '../remove-with-leftovers.ts'
import { listForwarders } from './forwarder.ts'
import { keepLogs } from './keep-logs.ts'
import { withManager } from './manager.ts'
import { removeSecrets } from './secrets.ts'
import { hasFailed, isWanted, listTasks } from './services.ts'
import { stackLayout, stackName } from './stack-names.ts'

/** See `Deployer.retire`. */
export async function retire(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<void> {
  const stack = stackName(context)
  const { generations } = stackLayout(context)
  const count = targetScale(artifact.runtime.workers, context.scale, deltas)['web'] ?? 0
  await withManager(context, async ({ engine, node }) => {
    const old = (await orElse(readdir(generations), [])).filter((one) => one !== `${context.generation}-${context.release.id}`)
    const gone = new Set(old.map((one) => Number.parseInt(one, 10)))
    await keepLogs(context, engine, stack, (task) => gone.has(task.generation))
    const forwarders = (await listForwarders(engine, stack)).filter((one) => count === 0 || one.generation !== context.generation)
    await removeWithLeftovers(context, engine, forwarders, { among: await listContainers(engine, context), drain: true })
    // The swarm keeps containers that have ended for a while, and so their images.
    for (const task of await listTasks(engine, stack))
      if (
        task.node === node &&
        task.container !== '' &&
        gone.has(task.generation) &&
        !isWanted(task) &&
        (hasFailed(task) || task.state === 'shutdown')
      )
        await engine.ask('DELETE', `/containers/${task.container}?v=true`)
    for (const one of old) await rm(join(generations, one), { recursive: true, force: true })
    await removeSecrets(engine, stack)
  })
}
