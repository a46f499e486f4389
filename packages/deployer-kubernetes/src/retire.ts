/** What earlier generations have left: the cluster has ended their pods, or is about to; the rest is ours. */
import { targetScale, type BuildArtifact, type Deltas, type DeploymentContext } from '@hop3/core'
import { nodePortOf } from './address.ts'
import { apply } from './apply.ts'
import type { Cluster } from './client/cluster.ts'
import { readDocument, removeOtherDocuments } from './documents.ts'
import { keysOf } from './keys-of.ts'
import { tableIn } from './json-table.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'
import { endLeftOneOffs } from './one-offs.ts'
import { listOwn, nameOf, removeOthers, type Where } from './own-objects.ts'
import { keepPlace, type Place } from './place.ts'
import { untilGone } from './until-gone.ts'
import { withPlace } from './with-place.ts'

/** See `Deployer.retire`. */
export async function retire(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<void> {
  const objects = await readDocument(context, context.generation, context.release.id)
  if (objects === undefined) return
  const counts = targetScale(artifact.runtime.workers, context.scale, deltas)
  await withPlace(context, async ({ place, cluster, where }) => {
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
    await keepNodePort(context, place, await nodePortIn(cluster, where, objects))
    await removeOtherDocuments(context, context.generation, context.release.id)
  })
}

/** Undefined without a Service of that type. */
async function nodePortIn(cluster: Cluster, where: Where, objects: readonly KubernetesObject[]): Promise<number | undefined> {
  const service = objects.find((one) => one.kind === kinds.service.kind && tableIn(one, 'spec')['type'] === 'NodePort')
  if (service === undefined) return undefined
  const found = (await listOwn(cluster, kinds.service, where)).find((one) => nameOf(one) === service.metadata.name)
  return found === undefined ? undefined : nodePortOf(found)
}

/** The switch has been made: requests are led there. */
async function keepNodePort(
  context: DeploymentContext,
  { nodePort: before, ...place }: Place,
  nodePort: number | undefined,
): Promise<void> {
  if (nodePort !== before) await keepPlace(context, { ...place, ...(nodePort !== undefined && { nodePort }) })
}
