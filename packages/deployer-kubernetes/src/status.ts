/** What runs, as the cluster says. Starts nothing. */
import type { DeploymentContext, WorkerStatus } from '@hop3/core'
import { tableIn, type Table } from './json-table.ts'
import { kinds, type Kind } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { labelOf, listOwn, type Where } from './own-objects.ts'
import { mayRun } from './place.ts'
import { podsOf, stateOf, withOrdinals } from './pods.ts'
import { withPlace, type AtPlace } from './with-place.ts'

/** See `Deployer.status`. Two calls, and none for an app that is stopped: its cluster may be gone. */
export async function status(context: DeploymentContext): Promise<readonly WorkerStatus[]> {
  const look = ({ cluster, where }: AtPlace) => workersAt(where, (kind) => listOwn(cluster, kind, where))
  return (await withPlace(context, look, mayRun)) ?? []
}

export async function workersAt(where: Where, list: (kind: Kind) => Promise<readonly Table[]>): Promise<readonly WorkerStatus[]> {
  const [pods, crons] = await Promise.all([list(kinds.pod), list(kinds.cronJob)])
  const running = withOrdinals(podsOf(pods)).map(({ pod, ordinal }) => ({
    app: where.app,
    worker: pod.worker,
    ordinal,
    release: pod.release,
    generation: pod.generation,
    state: stateOf(pod),
    pid: null,
    address: pod.worker === 'web' ? pod.address : '',
  }))
  return [...running, ...crons.flatMap((one) => cronStatus(where.app, one))].toSorted(byName)
}

/** It runs when its time comes: that the cluster knows of it is all there is to see. */
function cronStatus(app: string, object: Table): readonly WorkerStatus[] {
  if (tableIn(object, 'spec')['suspend'] === true) return []
  return [
    {
      app,
      worker: labelOf(object, label.worker),
      ordinal: 1,
      release: labelOf(object, label.release),
      generation: Number(labelOf(object, label.generation)),
      state: 'running',
      pid: null,
      address: '',
    },
  ]
}

function byName(one: WorkerStatus, other: WorkerStatus): number {
  if (one.worker !== other.worker) return one.worker < other.worker ? -1 : 1
  return one.generation - other.generation || one.ordinal - other.ordinal
}
