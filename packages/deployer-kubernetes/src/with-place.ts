/** What every command does that goes where an app is: opens that cluster, and no other that the context leads to by now. */
import { hop3Error, visible, type DeploymentContext } from '@hop3/core'
import { withCluster, type Cluster } from './client/cluster.ts'
import { homeMark } from './objects/names.ts'
import type { Where } from './own-objects.ts'
import { asked, checkSamePlace, placeFile, readPlace, type Place } from './place.ts'

export interface AtPlace {
  readonly place: Place
  readonly cluster: Cluster
  readonly where: Where
}

/**
 * Undefined where the app was never on a cluster, and where what is known of its place is enough (`isNeeded`): then no cluster is asked. Throws
 * `deploy.kubernetes.elsewhere`, also where the command asks for another place.
 */
export async function withPlace<T>(
  context: DeploymentContext,
  work: (at: AtPlace) => Promise<T>,
  isNeeded: (place: Place) => boolean = () => true,
): Promise<T | undefined> {
  const place = await readPlace(context)
  if (place === undefined || !isNeeded(place)) return undefined
  const wanted = { context: context.env[asked.context] ?? place.context, namespace: context.env[asked.namespace] ?? place.namespace }
  return withCluster(context, { context: wanted.context }, async (cluster) => {
    checkLed(context, { ...place, context: wanted.context }, cluster)
    if (place.isEmpty !== true) checkSamePlace(context, place, { ...place, namespace: wanted.namespace })
    return work({ place, cluster, where: whereAt(context, place) })
  })
}

type Asking = Pick<DeploymentContext, 'appName' | 'directories'>

export const whereAt = ({ appName, directories }: Asking, { namespace }: Place): Where => ({
  app: appName,
  mark: homeMark(directories.home),
  namespace,
})

/** Each k3s calls its context `default`: by its name alone one would be taken for the other. Throws `deploy.kubernetes.elsewhere`. */
export function checkLed(context: Asking, place: Place, { server }: Cluster): void {
  if (server === place.server) return
  const { appName } = context
  throw hop3Error(
    'deploy.kubernetes.elsewhere',
    `${appName} is on the cluster ${place.server}, and the context ${visible(place.context)} leads to ${server}.`,
    {
      hint: `Name the kubeconfig whose context ${visible(place.context)} leads there: export KUBECONFIG=<file>. If it is the same cluster with a new address, write that into ${placeFile(context)}.`,
      details: { known: place, server },
    },
  )
}
