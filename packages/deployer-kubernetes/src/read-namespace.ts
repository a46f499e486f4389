/** A namespace by its name: who may read one need not be allowed to list them all. */
import { isObject } from '@hop3/core/json'
import type { Cluster } from './client/cluster.ts'
import { answerFailure } from './client/failure.ts'
import type { Table } from './json-table.ts'
import { kinds, objectPath } from './objects/kinds.ts'
import type { Where } from './own-objects.ts'

/** Undefined where there is none, `hidden` where who asks may not look. Throws what `answerFailure` makes of any other answer. */
export async function readNamespace(
  cluster: Cluster,
  { app, namespace }: Pick<Where, 'app' | 'namespace'>,
): Promise<Table | 'hidden' | undefined> {
  const question = { method: 'GET' as const, path: namespacePath(namespace) }
  const answer = await cluster.ask(question)
  if (answer.status === 403) return 'hidden'
  if (answer.status === 404) return undefined
  if (answer.status !== 200) throw answerFailure(answer, question, { what: `Cannot read the namespace ${namespace}`, app }, cluster.context)
  return isObject(answer.body) ? answer.body : {}
}

export const namespacePath = (name: string): string => objectPath({ kind: kinds.namespace.kind, metadata: { name } })
