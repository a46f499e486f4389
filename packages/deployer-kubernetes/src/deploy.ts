/** Rolls a release out: the cluster replaces pod by pod, we watch, and go back to what was applied before where that fails. */
import { readdir } from 'node:fs/promises'
import { toHop3Error, undoStart, type BuildArtifact, type Deltas, type DeploymentContext, type DeploymentInfo } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { addressIn } from './address.ts'
import { withCluster } from './client/cluster.ts'
import { unreachableCode } from './client/failure.ts'
import { writeDocument } from './documents.ts'
import { earlierOf, goBack } from './go-back.ts'
import { keyOf } from './own-objects.ts'
import { keepPlace, readPlace, wishOf } from './place.ts'
import { checkWelcome, prepare, sayWhatIsDifferent } from './prepare.ts'
import { rollOut, whereOf } from './roll-out.ts'
import { tryRelease } from './try-release.ts'
import { untilReached } from './until-reached.ts'

export interface Deploying {
  readonly deltas?: Deltas | undefined
  /** What `check` asks has just been asked. */
  readonly isChecked?: boolean
}

/** See `Deployer.deploy`. */
export async function deploy(
  context: DeploymentContext,
  artifact: BuildArtifact,
  { deltas, isChecked = false }: Deploying = {},
): Promise<DeploymentInfo> {
  context.signal.throwIfAborted()
  const known = await readPlace(context)
  return withCluster(context, wishOf(context, known), async (cluster) => {
    const prepared = await prepare(context, artifact, cluster, { known, deltas })
    if (!isChecked || deltas !== undefined) {
      await checkWelcome(cluster, prepared)
      await tryRelease(cluster, prepared)
    }
    const { nodePort } = known ?? {}
    await keepPlace(context, { ...prepared.place, ...(nodePort !== undefined && { nodePort }) })
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
    const info = await addressIn(context, cluster, prepared.input)
    await untilReached(context, info)
    return info
  })
}

/** Of an app that comes from this host. */
async function sayWhatStays({ directories, log }: DeploymentContext): Promise<void> {
  const kept = await orElse(readdir(directories.data), [])
  if (kept.length > 0)
    log.warn(`What is in ${directories.data} stays on this host: $HOP3_DATA begins empty on the cluster, or with what its volume has.`)
}
