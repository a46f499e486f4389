/**
 * How many instances there are, where the cluster's autoscaler says it, too. What Hop3 applies of such a worker has no count, and a field that
 * nobody says any more would become one instance: so the count of now is said beside it, by a manager of its own.
 */
import { isHop3Error } from '@hop3/core'
import { apply } from './apply.ts'
import type { Cluster } from './client/cluster.ts'
import { listIn, numberIn, tableIn, type Table } from './json-table.ts'
import type { AppInput, WorkerInput } from './objects/app-input.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'
import { workerName } from './objects/names.ts'
import { listOwn, nameOf, removeOwn, type Where } from './own-objects.ts'

const countManager = 'hop3-count'

/** Before the release is applied, of Deployments that are there. An autoscaler that is not wanted any more goes: it would say otherwise. */
export async function handOverCounts(cluster: Cluster, where: Where, input: AppInput, before: readonly Table[]): Promise<void> {
  if (before.length === 0) return
  const autoscalers = new Set((await listOwn(cluster, kinds.autoscaler, where)).map(nameOf))
  for (const worker of input.workers.filter(({ kind }) => kind !== 'cron')) {
    const name = workerName(where.app, worker.worker)
    const live = before.find((one) => nameOf(one) === name)
    if (autoscalers.has(name) && worker.most === undefined) await removeOwn(cluster, kinds.autoscaler, where, name)
    if (live !== undefined && (autoscalers.has(name) || worker.most !== undefined || isCountOfHop3(live)))
      await sayCount(cluster, where, name, within(worker, countOf(live)))
  }
}

/** Names of Deployments whose count the above says anew, whoever has said it: no conflict with it is one. */
export async function countedByHop3(cluster: Cluster, where: Where, before: readonly Table[]): Promise<ReadonlySet<string>> {
  const autoscalers = (await listOwn(cluster, kinds.autoscaler, where)).map(nameOf)
  return new Set([...autoscalers, ...before.filter(isCountOfHop3).map(nameOf)])
}

/** Said by the manager of its own, for a range there is or was. */
export const isCountOfHop3 = (deployment: Table): boolean =>
  listIn(tableIn(deployment, 'metadata'), 'managedFields').some(({ manager }) => manager === countManager)

/** Whether somebody else has said how many there are, and nothing else that is wanted. */
export function isOfCount(error: unknown): boolean {
  if (!isHop3Error(error) || error.code !== 'deploy.kubernetes.conflict') return false
  const { fields } = error.details
  return Array.isArray(fields) && fields.length > 0 && fields.every((field) => field === '.spec.replicas')
}

/** After it, of those that are new. */
export async function sayFirstCounts(
  cluster: Cluster,
  where: Where,
  workers: readonly WorkerInput[],
  before: readonly Table[],
): Promise<void> {
  const known = new Set(before.map(nameOf))
  for (const { worker, replicas, most } of workers) {
    const name = workerName(where.app, worker)
    if (most !== undefined && !known.has(name)) await sayCount(cluster, where, name, replicas)
  }
}

/** Before what had no count is applied again. */
export async function sayCountsAgain(
  cluster: Cluster,
  where: Where,
  objects: readonly KubernetesObject[],
  before: readonly Table[],
): Promise<void> {
  for (const one of before)
    if (objects.some((object) => isAutoscaled(object) && object.metadata.name === nameOf(one)))
      await sayCount(cluster, where, nameOf(one), countOf(one))
}

/** A Deployment that leaves its count to the cluster. */
export const isAutoscaled = (object: KubernetesObject): boolean =>
  object.kind === kinds.deployment.kind && tableIn(object, 'spec')['replicas'] === undefined

const countOf = (deployment: Table): number => numberIn(tableIn(deployment, 'spec'), 'replicas')

const within = ({ replicas, most }: WorkerInput, now: number): number => Math.min(Math.max(now, replicas), most ?? replicas)

async function sayCount(cluster: Cluster, { app, namespace }: Where, name: string, replicas: number): Promise<void> {
  const { kind, apiVersion } = kinds.deployment
  await apply(
    cluster,
    { apiVersion, kind, metadata: { name, namespace }, spec: { replicas } },
    { app, isForced: true, manager: countManager },
  )
}
