/** What every command does that goes where an app is: opens that cluster, and no other that the context leads to by now. */
import { join } from 'node:path'
import { hop3Error, visible, type DeploymentContext } from '@hop3/core'
import { withCluster, type Cluster } from './client/cluster.ts'
import { homeMark } from './objects/names.ts'
import type { Where } from './own-objects.ts'
import { readPlace, rootOf, type Place } from './place.ts'

export interface AtPlace {
  readonly place: Place
  readonly cluster: Cluster
  readonly where: Where
}

/** Undefined where the app was never on a cluster. Throws `deploy.kubernetes.elsewhere`. */
export async function withPlace<T>(context: DeploymentContext, work: (at: AtPlace) => Promise<T>): Promise<T | undefined> {
  const place = await readPlace(context)
  if (place === undefined) return undefined
  const where = { app: context.appName, mark: homeMark(context.directories.home), namespace: place.namespace }
  return withCluster(context, { context: place.context }, async (cluster) => {
    if (cluster.server !== place.server) throw ledElsewhere(context, place, cluster.server)
    return work({ place, cluster, where })
  })
}

/** Each k3s calls its context `default`: by its name alone one would be taken for the other. */
function ledElsewhere(context: DeploymentContext, place: Place, server: string): Error {
  const { appName } = context
  return hop3Error(
    'deploy.kubernetes.elsewhere',
    `${appName} is on the cluster ${place.server}, and the context ${visible(place.context)} leads to ${server}.`,
    {
      hint: `Name the kubeconfig whose context ${visible(place.context)} leads there: export KUBECONFIG=<file>. If it is the same cluster with a new address, write that into ${join(rootOf(context), 'place.json')}.`,
      details: { known: place, server },
    },
  )
}
