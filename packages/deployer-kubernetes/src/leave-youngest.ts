/** Which pods go when there are to be fewer: the youngest, so that those that ran before still run. */
import type { Cluster } from './client/cluster.ts'
import type { Table } from './json-table.ts'
import type { WorkerInput } from './objects/app-input.ts'
import { collectionPath, kinds } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { labelOf, type Where } from './own-objects.ts'
import { isOver, listPods } from './pods.ts'

/** Those that the release is to have, and what there is of it `before`: Deployments of the app. */
export interface Youngest {
  readonly workers: readonly WorkerInput[]
  readonly generation: number
  readonly before: readonly Table[]
}

/** The cluster asks each pod what its loss would cost, before it looks at how old they are. A generation that is new has none. */
export async function leaveYoungest(cluster: Cluster, where: Where, { workers, generation, before }: Youngest): Promise<void> {
  if (!before.some((one) => Number(labelOf(one, label.generation)) === generation)) return
  const pods = (await listPods(cluster, where)).filter(
    (pod) => !pod.isOneOff && !isOver(pod) && !pod.isEnding && pod.generation === generation,
  )
  for (const { worker, replicas } of workers) {
    const own = pods.filter((pod) => pod.worker === worker)
    if (own.length <= replicas || replicas === 0) continue
    for (const [index, { name }] of own.entries()) {
      const body = { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': String(-index) } } }
      const question = {
        method: 'PATCH' as const,
        path: `${collectionPath(kinds.pod, where.namespace)}/${name}`,
        body,
        type: 'application/merge-patch+json',
      }
      // Without the right to, or with a pod that has gone, the cluster chooses.
      await cluster.ask(question)
    }
  }
}
