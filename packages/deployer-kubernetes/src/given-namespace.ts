/** A namespace of the app's own name that somebody else has made: it is treated as one that hop3.toml names. */
import { isObject } from '@hop3/core/json'
import type { DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { answerFailure } from './client/failure.ts'
import { kinds, objectPath } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { labelOf } from './own-objects.ts'
import type { Place } from './place.ts'

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
  const question = { method: 'GET' as const, path: objectPath({ kind: kinds.namespace.kind, metadata: { name: place.namespace } }) }
  const answer = await cluster.ask(question)
  if (answer.status === 403) return { place, isHidden: true }
  if (answer.status !== 200 && answer.status !== 404)
    throw answerFailure(answer, question, { what: `Cannot read the namespace ${place.namespace}`, app: appName }, cluster.context)
  const { body } = answer
  const isHop3s = isObject(body) && labelOf(body, label.managedBy) === 'hop3' && labelOf(body, label.app) === appName
  if (answer.status === 404 || isHop3s) return { place, isHidden: false }
  log.info(
    `The namespace ${place.namespace} was there before ${appName}, and not made by Hop3: it is left as it is, also when ${appName} is destroyed.`,
  )
  return { place: { ...place, isOwnNamespace: false }, isHidden: false }
}
