/** Takes an app off its cluster. */
import type { DeploymentContext } from '@hop3/core'
import { withCluster } from './client/cluster.ts'
import { removeDocuments } from './documents.ts'
import { kinds } from './objects/kinds.ts'
import { homeMark, label, ownSelector } from './objects/names.ts'
import { labelOf, listOwn, listSelected, nameOf, removeOthers, removeOwn, type Where } from './own-objects.ts'
import { forgetPlace, keepPlace, readPlace, type Place } from './place.ts'
import { untilGone } from './until-gone.ts'

const whereOf = ({ appName, directories }: DeploymentContext, { namespace }: Place): Where => ({
  app: appName,
  mark: homeMark(directories.home),
  namespace,
})

/** See `Deployer.stop`. Volumes and the namespace stay. */
export async function stop(context: DeploymentContext): Promise<void> {
  const place = await readPlace(context)
  if (place === undefined) return
  const where = whereOf(context, place)
  await withCluster(context, { context: place.context }, async (cluster) => {
    await removeOthers(cluster, where, new Set())
    for (const job of await listOwn(cluster, kinds.job, where)) await removeOwn(cluster, kinds.job, where, nameOf(job))
    await untilGone(context, cluster, where, () => true)
  })
  await removeDocuments(context)
  await keepPlace(context, { ...place, isEmpty: true })
}

/** See `Deployer.forget`. */
export async function forget(context: DeploymentContext): Promise<void> {
  const place = await readPlace(context)
  if (place === undefined) return
  const where = whereOf(context, place)
  await withCluster(context, { context: place.context }, async (cluster) => {
    for (const claim of await listOwn(cluster, kinds.claim, where)) await removeOwn(cluster, kinds.claim, where, nameOf(claim))
    if (!place.isOwnNamespace) return
    const selector = ownSelector({ app: where.app, mark: where.mark })
    const found = await listSelected(cluster, kinds.namespace, { app: where.app, namespace: '', selector })
    for (const one of found) if (labelOf(one, label.app) === where.app) await removeOwn(cluster, kinds.namespace, where, nameOf(one))
  })
  await forgetPlace(context)
}
