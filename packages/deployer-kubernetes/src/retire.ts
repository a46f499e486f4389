/** What earlier generations have left: the cluster has ended their pods, or is about to; the rest is ours. */
import { targetScale, type BuildArtifact, type Deltas, type DeploymentContext } from '@hop3/core'
import { apply } from './apply.ts'
import { withCluster } from './client/cluster.ts'
import { keysOf } from './deploy.ts'
import { readDocument, removeOtherDocuments } from './documents.ts'
import { kinds } from './objects/kinds.ts'
import { homeMark } from './objects/names.ts'
import { endLeftOneOffs } from './one-offs.ts'
import { removeOthers } from './own-objects.ts'
import { readPlace } from './place.ts'
import { untilGone } from './until-gone.ts'

/** See `Deployer.retire`. */
export async function retire(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<void> {
  const place = await readPlace(context)
  const objects = await readDocument(context, context.generation, context.release.id)
  if (place === undefined || objects === undefined) return
  const where = { app: context.appName, mark: homeMark(context.directories.home), namespace: place.namespace }
  const counts = targetScale(artifact.runtime.workers, context.scale, deltas)
  await withCluster(context, { context: place.context }, async (cluster) => {
    await endLeftOneOffs(context, cluster, where)
    // The command before a release that came to nothing may have left a stricter one, where no pod of this release could start again.
    for (const object of objects.filter(({ kind }) => kind === kinds.namespace.kind))
      await apply(cluster, object, { app: context.appName, isForced: true })
    await removeOthers(cluster, where, keysOf(context.appName, objects))
    await untilGone(
      context,
      cluster,
      where,
      (pod, ordinal) => pod.generation !== context.generation || (ordinal > (counts[pod.worker] ?? 0) && pod.isEnding),
    )
    await removeOtherDocuments(context, context.generation, context.release.id)
  })
}
