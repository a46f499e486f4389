/** Rolls a release out: tried on this node first, then replaced task by task by the swarm, which goes back by itself when that fails. */
import {
  addressOf,
  noAddress,
  toHop3Error,
  undoStart,
  type BuildArtifact,
  type Deltas,
  type DeploymentContext,
  type DeploymentInfo,
  type Upstream,
} from '@hop3/core'
import type { Engine } from '../engine.ts'
import { isOfRegistry } from '../image.ts'
import { ensureForwarder } from './forwarder.ts'
import { withManager } from './manager.ts'
import { prepareStack, type PreparedStack, type StackPreparation } from './prepare-stack.ts'
import { listServices } from './services.ts'
import { stackUp } from './stack-up.ts'
import { removeServices } from './stop.ts'
import { untilReached } from './until-reached.ts'
import { watchStack } from './watch-stack.ts'

/** See `Deployer.deploy`. */
export async function deploy(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<DeploymentInfo> {
  return withManager(context, async (manager) => {
    const preparation = { context, artifact, manager }
    const prepared = await prepareStack(preparation, deltas)
    try {
      const upstream = await rollOut(preparation, prepared)
      if (!Object.hasOwn(artifact.runtime.workers, 'web')) return noAddress
      return addressOf(upstream === undefined ? [] : [upstream])
    } finally {
      await prepared.end().catch((error: unknown) => context.log.warn(`Cannot end what was tried: ${toHop3Error(error, 'stop').message}`))
    }
  })
}

/** Resolves to where `web` is reached, when it has instances. */
async function rollOut(preparation: StackPreparation, prepared: PreparedStack): Promise<Upstream | undefined> {
  const { context, artifact, manager } = preparation
  const { engine } = manager
  const { stack, directory, counts, image } = prepared
  const before = new Set((await listServices(engine, stack)).map(({ id }) => id))
  for (const [worker, count] of Object.entries(counts)) context.log.info(`Rolling out ${worker} of ${context.release.id}, ${count} in all.`)
  const forwarder = (counts['web'] ?? 0) > 0 ? { context, engine, stack, directory, node: manager.node, port: image.port } : undefined
  try {
    // Not at a time: where this fails, nothing has been rolled out that would go on meanwhile.
    if (forwarder !== undefined) await ensureForwarder(forwarder)
    await stackUp(context, engine, { stack, directory, isOfRegistry: isOfRegistry(artifact) })
    await watchStack({ context, engine, stack, counts, before, patience: artifact.runtime.healthcheckTimeout })
    return forwarder === undefined ? undefined : await untilReached(forwarder, artifact.runtime)
  } catch (error) {
    const failure = toHop3Error(error, `Cannot start ${context.appName}`)
    await removeNew(context, engine, stack, before)
    throw failure
  }
}

/** What was there before is the swarm's to take back; what was not goes. */
async function removeNew(context: DeploymentContext, engine: Engine, stack: string, before: ReadonlySet<string>): Promise<void> {
  await undoStart(context, async () => {
    const made = (await listServices(engine, stack)).filter(({ id }) => !before.has(id))
    await removeServices({ ...context, signal: new AbortController().signal }, engine, stack, made)
  })
}
