/** Server-side apply: what Hop3 says of an object is its own, and what others say is left to them. */
import type { Cluster } from './client/cluster.ts'
import { objectPath } from './objects/kinds.ts'

export const fieldManager = 'hop3'

export interface ApplyOptions {
  /** Who says it, where that is not what says the rest. */
  readonly manager?: string
  readonly app: string
  readonly isForced: boolean
  /** Only ask what would come of it. */
  readonly isDryRun?: boolean
}

/** Of an object that is there, a part of it will do. */
interface Applied {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly [field: string]: unknown
}

/** Resolves to the object as the cluster has it now. Throws `deploy.kubernetes.*`. */
export async function apply(
  cluster: Cluster,
  object: Applied,
  { app, isForced, isDryRun = false, manager = fieldManager }: ApplyOptions,
): Promise<unknown> {
  const query = new URLSearchParams({
    fieldManager: manager,
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
