/** Server-side apply: what Hop3 says of an object is its own, and what others say is left to them. */
import type { Cluster } from './client/cluster.ts'
import { objectPath, type KubernetesObject } from './objects/kinds.ts'

export const fieldManager = 'hop3'

export interface ApplyOptions {
  readonly app: string
  readonly isForced: boolean
  /** Only ask what would come of it. */
  readonly isDryRun?: boolean
}

/** Resolves to the object as the cluster has it now. Throws `deploy.kubernetes.*`. */
export async function apply(
  cluster: Cluster,
  object: KubernetesObject,
  { app, isForced, isDryRun = false }: ApplyOptions,
): Promise<unknown> {
  const query = new URLSearchParams({
    fieldManager,
    force: String(isForced),
    fieldValidation: 'Strict',
    ...(isDryRun ? { dryRun: 'All' } : {}),
  })
  const question = {
    method: 'PATCH' as const,
    path: `${objectPath(object)}?${query.toString()}`,
    body: object,
    type: 'application/apply-patch+yaml',
  }
  return cluster.expect(question, [200, 201], { what: `Cannot apply ${object.kind} ${object.metadata.name} of ${app}`, app })
}
