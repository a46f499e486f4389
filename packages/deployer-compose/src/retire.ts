/** Takes away what is not wanted: the other half of converging. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { BuildArtifact, Deltas, DeploymentContext } from '@hop3/core'
import { listContainers } from './containers.ts'
import { isOf } from './deploy.ts'
import { stopServices } from './data-services/stop-services.ts'
import { openEngine } from './engine.ts'
import { layoutOf } from './layout.ts'
import { removeNetwork } from './network.ts'
import { removeWithLeftovers } from './remove-with-leftovers.ts'
import { sweepProjects } from './stop-containers.ts'
import { stackLayout } from './swarm/stack-names.ts'
import { wantedInstances } from './wanted-instances.ts'

/** See `Deployer.retire`. */
export async function retire(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<void> {
  const wanted = wantedInstances(context, artifact, deltas)
  const engine = await openEngine(context)
  try {
    const containers = await listContainers(engine, context)
    const others = containers.filter((one) => one.owner === undefined && !wanted.some((instance) => isOf(instance, one)))
    await removeWithLeftovers(context, engine, others, { among: containers, drain: true })
    if (others.length > 0) await sweepProjects(context, engine, new Set(wanted.map(({ project }) => project)))
  } finally {
    engine.host.close()
  }
}

/** See `Deployer.stop`. Data and images stay. */
export async function stop(context: DeploymentContext): Promise<void> {
  const engine = await openEngine(context)
  try {
    const containers = await listContainers(engine, context)
    const instances = containers.filter((one) => one.owner === undefined)
    await removeWithLeftovers(context, engine, instances, { among: containers, drain: false })
    // Moved to the swarm, the app still needs what it brings. A service that is stopped is still in the network, and could not be started without it.
    const isMoved = existsSync(stackLayout(context).generations)
    if (!isMoved && (await stopServices(context, engine)) === 0) await removeNetwork(engine, context)
    await rm(layoutOf(context.directories.home, context.appName).projects, { recursive: true, force: true })
  } finally {
    engine.host.close()
  }
}
