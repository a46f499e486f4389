/** Has the API server try a release before any of it is applied: what it refuses then has changed nothing. */
import { isHop3Error } from '@hop3/core'
import { applyObject, type Applying } from './apply-release.ts'
import type { Cluster } from './client/cluster.ts'
import { countedByHop3, isOfCount } from './counts.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'
import type { Prepared } from './prepare.ts'

type Trying = Pick<Prepared, 'objects' | 'before'> & { readonly input: Applying }

/** All at once. Throws what the first of them, in their order, is refused for: `deploy.kubernetes.*`. */
export async function tryRelease(cluster: Cluster, { input, objects, before }: Trying): Promise<void> {
  let counted: Promise<ReadonlySet<string>> | undefined
  const isCounted = async ({ kind, metadata: { name } }: KubernetesObject): Promise<boolean> => {
    if (kind !== kinds.deployment.kind) return false
    counted ??= countedByHop3(cluster, { ...input.owner, namespace: input.namespace }, before)
    return (await counted).has(name)
  }
  const tried = await Promise.allSettled(objects.map((object) => tryObject(cluster, input, object, () => isCounted(object))))
  const refused = tried.find((one) => one.status === 'rejected' && !isUntried(one.reason))
  if (refused?.status === 'rejected') throw refused.reason
}

/**
 * Resolves to the object as the cluster would have it. A deploy takes back a count that is Hop3's or an autoscaler's which goes, and nothing
 * else of somebody's: see `counts.ts`.
 */
export async function tryObject(
  cluster: Cluster,
  input: Applying,
  object: KubernetesObject,
  isCounted: () => boolean | Promise<boolean>,
): Promise<unknown> {
  return applyObject(cluster, input, object, { isDryRun: true }).catch(async (error: unknown) => {
    if (!isOfCount(error) || !(await isCounted())) throw error
    return applyObject(cluster, input, object, { isDryRun: true, isForced: true })
  })
}

/** In a namespace that is yet to be made the server tries nothing, and not beside a webhook of those that change something themselves. */
function isUntried(error: unknown): boolean {
  return isHop3Error(error) && (error.details['status'] === 404 || /does not support dry run/.test(error.message))
}
