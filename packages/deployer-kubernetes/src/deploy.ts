/** Rolls a release out: the cluster replaces pod by pod, we watch, and go back to what was applied before where that fails. */
import { readdir } from 'node:fs/promises'
import { toHop3Error, undoStart, type BuildArtifact, type Deltas, type DeploymentContext, type DeploymentInfo } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { addressIn } from './address.ts'
import { applyRelease } from './apply-release.ts'
import { withCluster, type Cluster } from './client/cluster.ts'
import { unreachableCode } from './client/failure.ts'
import { handOverCounts, sayFirstCounts } from './counts.ts'
import { writeDocument } from './documents.ts'
import { earlierOf, goBack } from './go-back.ts'
import { leaveYoungest } from './leave-youngest.ts'
import type { AppInput } from './objects/app-input.ts'
import type { KubernetesObject } from './objects/kinds.ts'
import { keyOf, type Where } from './own-objects.ts'
import { keepPlace, readPlace, wishOf } from './place.ts'
import { checkWelcome, prepare, sayWhatIsDifferent, type Prepared } from './prepare.ts'
import { tryRelease } from './try-release.ts'
import { watchRollOut } from './watch-roll-out.ts'

/** See `Deployer.deploy`. */
export async function deploy(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<DeploymentInfo> {
  context.signal.throwIfAborted()
  const known = await readPlace(context)
  return withCluster(context, wishOf(context, known), async (cluster) => {
    const prepared = await prepare(context, artifact, cluster, deltas)
    await checkWelcome(cluster, prepared)
    await tryRelease(cluster, prepared)
    await keepPlace(context, prepared.place)
    sayWhatIsDifferent(context, artifact, prepared.input)
    if (known === undefined) await sayWhatStays(context)
    const where = whereOf(prepared.input)
    const earlier = await earlierOf(context, prepared)
    await writeDocument(context, context.generation, context.release.id, prepared.objects)
    const applied = new Set<string>()
    const way = { where, earlier, applied, isForced: prepared.input.options.forceConflicts }
    try {
      await rollOut(context, artifact, cluster, prepared, ({ kind, metadata }) => applied.add(keyOf(kind, metadata.name)))
    } catch (error) {
      const failure = toHop3Error(error, `Cannot start ${context.appName}`)
      // It cannot be told to go back either: whoever comes next does.
      if (failure.code !== unreachableCode)
        await undoStart(context, () => goBack({ ...context, signal: new AbortController().signal }, cluster, way))
      throw failure
    }
    return addressIn(context, cluster, prepared.input)
  })
}

/** Of an app that comes from this host. */
async function sayWhatStays({ directories, log }: DeploymentContext): Promise<void> {
  const kept = await orElse(readdir(directories.data), [])
  if (kept.length > 0)
    log.warn(`What is in ${directories.data} stays on this host: $HOP3_DATA begins empty on the cluster, or with what its volume has.`)
}

export const whereOf = ({ owner, namespace }: AppInput): Where => ({ ...owner, namespace })

async function rollOut(
  context: DeploymentContext,
  artifact: BuildArtifact,
  cluster: Cluster,
  { input, objects, before }: Prepared,
  onApplied: (object: KubernetesObject) => void,
): Promise<void> {
  const where = whereOf(input)
  const lasting = input.workers.filter(({ kind }) => kind !== 'cron')
  await leaveYoungest(cluster, where, lasting, context.generation)
  await handOverCounts(cluster, where, input, before)
  await applyRelease(context, cluster, input, objects, onApplied)
  await sayFirstCounts(cluster, where, input, before)
  const counts = lasting.map(({ worker, replicas, most }) => [worker, most === undefined ? replicas : undefined] as const)
  await watchRollOut({ context, cluster, where, counts: Object.fromEntries(counts), patience: artifact.runtime.healthcheckTimeout })
}
