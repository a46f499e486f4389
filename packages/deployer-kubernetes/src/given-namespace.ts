/** A namespace of the app's own name that somebody else has made: it is treated as one that hop3.toml names. */
import type { DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { label } from './objects/names.ts'
import { labelOf } from './own-objects.ts'
import type { Place } from './place.ts'
import { readNamespace } from './read-namespace.ts'

/** `isHidden`: who deploys may not look, and has to be allowed to, because what is there would be taken for Hop3's and deleted one day. */
export interface Looked {
  readonly place: Place
  readonly isHidden: boolean
}

/**
 * Asks where the app is to be in a namespace of its own and was not when it was last looked at: `known` says where it was. One that is there
 * is Hop3's where its labels say so, of whichever home. Throws `deploy.kubernetes.*`.
 */
export async function lookAtNamespace(
  { appName, log }: { readonly appName: string; readonly log: Pick<DeploymentContext['log'], 'info'> },
  cluster: Cluster,
  known: Place | undefined,
  place: Place,
): Promise<Looked> {
  const isKnown = known?.isOwnNamespace === true && known.isEmpty !== true && known.namespace === place.namespace
  if (!place.isOwnNamespace || isKnown) return { place, isHidden: false }
  const found = await readNamespace(cluster, { app: appName, namespace: place.namespace })
  if (found === 'hidden') return { place, isHidden: true }
  const isHop3s = found !== undefined && labelOf(found, label.managedBy) === 'hop3' && labelOf(found, label.app) === appName
  if (found === undefined || isHop3s) return { place, isHidden: false }
  log.info(
    `The namespace ${place.namespace} was there before ${appName}, and not made by Hop3: it is left as it is, also when ${appName} is destroyed.`,
  )
  return { place: { ...place, isOwnNamespace: false }, isHidden: false }
}
