/** Takes an app off its cluster. */
import type { DeploymentContext } from '@hop3/core'
import { removeDocuments } from './documents.ts'
import { kinds } from './objects/kinds.ts'
import { listOwn, nameOf, removeOthers, removeOwn } from './own-objects.ts'
import { forgetPlace, keepPlace } from './place.ts'
import { isOver, listPods } from './pods.ts'
import { removeNamespace } from './remove-namespace.ts'
import { untilNone } from './until-gone.ts'
import { withPlace } from './with-place.ts'

/** See `Deployer.stop`. Volumes and the namespace stay. */
export async function stop(context: DeploymentContext): Promise<void> {
  await withPlace(context, async ({ place, cluster, where }) => {
    await removeOthers(context, cluster, where, new Set())
    for (const job of await listOwn(cluster, kinds.job, where)) await removeOwn(cluster, kinds.job, where, nameOf(job))
    // Those of one command, too: a migration is not to run beside the next one.
    await untilNone(context, where, async () => (await listPods(cluster, where)).filter((pod) => !isOver(pod)))
    await removeDocuments(context)
    await keepPlace(context, { ...place, isEmpty: true })
  })
}

/** See `Deployer.forget`. Where it made the namespace, that is gone afterwards: a deploy may follow at once. */
export async function forget(context: DeploymentContext): Promise<void> {
  await withPlace(context, async ({ place, cluster, where }) => {
    for (const claim of await listOwn(cluster, kinds.claim, where)) await removeOwn(cluster, kinds.claim, where, nameOf(claim))
    if (place.isOwnNamespace) await removeNamespace(context, cluster, where)
    await forgetPlace(context)
  })
}
