/** Whether the operator may do all that a deploy does: asked before anything is written, so that nothing is half done. */
import { hop3Error, visible } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { kinds, type Kind, type KubernetesObject } from './objects/kinds.ts'
import { releaseKinds } from './own-objects.ts'
import type { Place } from './place.ts'
import { missingRights, type Right } from './rights-review.ts'

export interface RightsRequest {
  readonly app: string
  readonly place: Place
  readonly objects: readonly KubernetesObject[]
  /** What is done with each of them. */
  readonly verbs: readonly string[]
  /** What is done with a namespace of the app's own. */
  readonly namespaceVerbs: readonly string[]
}

/** Throws `deploy.kubernetes.forbidden` naming every right that is missing. */
export async function checkRights(cluster: Cluster, request: RightsRequest): Promise<void> {
  const { app, place } = request
  const missing = await missingRights(cluster, app, place.namespace, neededRights(request))
  if (missing.length === 0) return
  const told = missing.map((right) => `\n  ${describe(right)}`).join('')
  throw hop3Error(
    'deploy.kubernetes.forbidden',
    `Nothing was changed: the user of the context ${visible(cluster.context)} lacks rights that ${app} needs in the namespace ${visible(place.namespace)}.${told}`,
    {
      hint: place.isOwnNamespace
        ? `Have them given, or a namespace where they are: namespace = "…" under [deploy.kubernetes]. There the role edit is enough: kubectl create rolebinding hop3 --clusterrole=edit --user=<name> --namespace <name>`
        : `Have them given: kubectl create rolebinding hop3 --clusterrole=edit --user=<name> --namespace ${place.namespace}`,
      details: { missing: missing.map(describe) },
    },
  )
}

function neededRights({ place: { namespace, isOwnNamespace }, objects, verbs, namespaceVerbs }: RightsRequest): readonly Right[] {
  const isUsed = ({ kind }: Kind): boolean => kind !== 'Namespace' && objects.some((one) => one.kind === kind)
  const used = [...Object.values<Kind>(kinds).filter(isUsed), kinds.job]
  // What a release has no more is looked for, whatever the kind. Of routes no role speaks but that of who uses them.
  const removed = new Set([...releaseKinds.filter((kind) => kind !== kinds.httpRoute), ...used])
  const groupOf = ({ apiVersion }: Kind): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')
  return [
    ...used.flatMap((kind) => verbs.map((verb) => ({ verb, group: groupOf(kind), resource: kind.plural, namespace }))),
    ...[...removed].flatMap((kind) => ['list', 'delete'].map((verb) => ({ verb, group: groupOf(kind), resource: kind.plural, namespace }))),
    // Whatever the release has: those of another home are looked for, and a destroy looks for its own.
    ...(used.includes(kinds.claim) ? [] : [{ verb: 'list', group: '', resource: kinds.claim.plural, namespace }]),
    { verb: 'list', group: '', resource: 'pods', namespace },
    { verb: 'get', group: '', resource: 'pods', part: 'log', namespace },
    { verb: 'list', group: '', resource: 'events', namespace },
    ...(isOwnNamespace ? namespaceVerbs.map((verb) => ({ verb, group: '', resource: 'namespaces', namespace: '' })) : []),
  ]
}

const describe = ({ verb, group, resource, part }: Right): string =>
  `${verb} ${resource}${part === undefined ? '' : `/${part}`}${group === '' ? '' : ` (${group})`}`
