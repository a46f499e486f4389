/** What earlier generations have left: the cluster has ended their pods, or is about to; the rest is ours. */
import { targetScale, type BuildArtifact, type Deltas, type DeploymentContext } from '@hop3/core'
import { apply } from './apply.ts'
import { readDocument, removeOtherDocuments } from './documents.ts'
import { keysOf } from './keys-of.ts'
import { kinds } from './objects/kinds.ts'
import { endLeftOneOffs } from './one-offs.ts'
import { removeOthers } from './own-objects.ts'
import { untilGone } from './until-gone.ts'
import { withPlace } from './with-place.ts'

/** See `Deployer.retire`. */
export async function retire(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<void> {
  const objects = await readDocument(context, context.generation, context.release.id)
  if (objects === undefined) return
  const counts = targetScale(artifact.runtime.workers, context.scale, deltas)
  await withPlace(context, async ({ cluster, where }) => {
    await endLeftOneOffs(context, cluster, where)
    // The command before a release that came to nothing may have left a stricter one, where no pod of this release could start again.
    for (const object of objects.filter(({ kind }) => kind === kinds.namespace.kind))
      await apply(cluster, object, { app: context.appName, isForced: true })
    await removeOthers(context, cluster, where, keysOf(context.appName, objects))
    await untilGone(
      context,
      cluster,
      where,
      (pod, ordinal) => pod.generation !== context.generation || (ordinal > (counts[pod.worker] ?? 0) && pod.isEnding),
    )
    await removeOtherDocuments(context, context.generation, context.release.id)
  })
}
