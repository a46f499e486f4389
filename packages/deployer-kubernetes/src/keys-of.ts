/** Which objects belong to a release, by kind and name. */
import { listIn, tableIn, textIn } from './json-table.ts'
import { homeClaimName } from './objects/home-claim.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'
import { keyOf } from './own-objects.ts'

/** Of all that belongs to what is there, its Secrets included, which the documents do not have. Nothing needs none. */
export function keysOf(app: string, objects: readonly KubernetesObject[]): ReadonlySet<string> {
  if (objects.length === 0) return new Set()
  const claim = keyOf(kinds.secret.kind, homeClaimName(app))
  return new Set([claim, ...objects.flatMap((one) => [keyOf(one.kind, one.metadata.name), ...secretsOf(one)])])
}

/** Secrets a Deployment or CronJob names. */
function secretsOf(object: KubernetesObject): readonly string[] {
  const spec = tableIn(object, 'spec')
  const template =
    object.kind === 'CronJob' ? tableIn(tableIn(tableIn(spec, 'jobTemplate'), 'spec'), 'template') : tableIn(spec, 'template')
  const pod = tableIn(template, 'spec')
  const given = listIn(pod, 'containers').flatMap((one) => listIn(one, 'envFrom').map((from) => textIn(tableIn(from, 'secretRef'), 'name')))
  const pulling = listIn(pod, 'imagePullSecrets').map((one) => textIn(one, 'name'))
  return [...given, ...pulling].map((name) => keyOf(kinds.secret.kind, name))
}
