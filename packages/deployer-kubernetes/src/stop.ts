/** Takes an app off its cluster. */
import type { DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { removeDocuments } from './documents.ts'
import { kinds } from './objects/kinds.ts'
import { label, ownSelector } from './objects/names.ts'
import { labelOf, listOwn, listSelected, nameOf, removeOthers, removeOwn, type Where } from './own-objects.ts'
import { forgetPlace, keepPlace } from './place.ts'
import { untilGone } from './until-gone.ts'
import { withPlace } from './with-place.ts'

/** See `Deployer.stop`. Volumes and the namespace stay. */
export async function stop(context: DeploymentContext): Promise<void> {
  await withPlace(context, async ({ place, cluster, where }) => {
    await removeOthers(context, cluster, where, new Set())
    for (const job of await listOwn(cluster, kinds.job, where)) await removeOwn(cluster, kinds.job, where, nameOf(job))
    await untilGone(context, cluster, where, () => true)
    await removeDocuments(context)
    await keepPlace(context, { ...place, isEmpty: true })
  })
}

/** See `Deployer.forget`. */
export async function forget(context: DeploymentContext): Promise<void> {
  await withPlace(context, async ({ place, cluster, where }) => {
    for (const claim of await listOwn(cluster, kinds.claim, where)) await removeOwn(cluster, kinds.claim, where, nameOf(claim))
    if (place.isOwnNamespace) await removeNamespace(cluster, where)
    await forgetPlace(context)
  })
}

async function removeNamespace(cluster: Cluster, where: Where): Promise<void> {
  const selector = ownSelector({ app: where.app, mark: where.mark })
  const found = await listSelected(cluster, kinds.namespace, { app: where.app, namespace: '', selector })
  for (const one of found) if (labelOf(one, label.app) === where.app) await removeOwn(cluster, kinds.namespace, where, nameOf(one))
}
