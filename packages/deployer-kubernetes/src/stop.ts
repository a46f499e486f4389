/** Takes an app off its cluster. */
import { hop3Error, isHop3Error, type DeploymentContext, type Hop3Error } from '@hop3/core'
import { removeDocuments } from './documents.ts'
import { kinds } from './objects/kinds.ts'
import { listOwn, nameOf, removeOthers, removeOwn } from './own-objects.ts'
import { forgetPlace, keepPlace, placeFile } from './place.ts'
import { isOver, listPods } from './pods.ts'
import { removeNamespace } from './remove-namespace.ts'
import { untilNone } from './until-gone.ts'
import { withPlace } from './with-place.ts'

/** See `Deployer.stop`. Volumes and the namespace stay. What is stopped is stopped without its cluster, unless a command may have left something. */
export async function stop(context: DeploymentContext): Promise<void> {
  const stopping = withPlace(
    context,
    async ({ place, cluster, where }) => {
      await removeOthers(context, cluster, where, new Set())
      for (const job of await listOwn(cluster, kinds.job, where)) await removeOwn(cluster, kinds.job, where, nameOf(job))
      // Those of one command, too: a migration is not to run beside the next one.
      await untilNone(context, where, async () => (await listPods(cluster, where)).filter((pod) => !isOver(pod)))
      await removeDocuments(context)
      await keepPlace(context, { ...place, isEmpty: true, hasCommands: false })
    },
    ({ isEmpty, hasCommands }) => isEmpty !== true || hasCommands === true,
  )
  await stopping.catch(sayWayOut(context))
}

/** See `Deployer.forget`. Where it made the namespace, that is gone afterwards: a deploy may follow at once. */
export async function forget(context: DeploymentContext): Promise<void> {
  const removing = withPlace(context, async ({ place, cluster, where }) => {
    for (const claim of await listOwn(cluster, kinds.claim, where)) await removeOwn(cluster, kinds.claim, where, nameOf(claim))
    if (place.isOwnNamespace) await removeNamespace(context, cluster, where)
  })
  await removing.catch(sayWayOut(context))
  await forgetPlace(context)
}

/** A cluster that is gone for good takes nothing away any more, and the app could never end for it. */
function sayWayOut(context: DeploymentContext): (error: unknown) => never {
  return (error) => {
    if (!isHop3Error(error) || !isAway(error)) throw error
    const { code, message, hint = '', details, class: kind, cause } = error
    const wayOut = `If that cluster is gone for good, remove ${placeFile(context)}, which says that ${context.appName} is on it, and run the command again.`
    throw hop3Error(code, message, { hint: `${hint} ${wayOut}`.trim(), details, class: kind, cause })
  }
}

/** It cannot be asked, or the context leads to another. */
const isAway = ({ code, details }: Hop3Error): boolean =>
  code.startsWith('environment.kube') || (code === 'deploy.kubernetes.elsewhere' && 'server' in details)
