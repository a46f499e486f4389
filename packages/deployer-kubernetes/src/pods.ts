/** The pods of an app, as far as who watches and who asks need them. */
import type { WorkerState } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { listIn, numberIn, tableIn, textIn, type Table } from './json-table.ts'
import { kinds } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { labelOf, listOwn, nameOf, type Where } from './own-objects.ts'

export interface Pod {
  readonly name: string
  readonly worker: string
  readonly release: string
  readonly generation: number
  /** Of a pod of one command, or of a run of a cron worker. */
  readonly isOneOff: boolean
  /** Of the latter alone. */
  readonly isCronRun: boolean
  readonly isEnding: boolean
  readonly isReady: boolean
  readonly phase: string
  /** Why it is `phase`, where the cluster says so: `Evicted`. */
  readonly reason: string
  readonly message: string
  readonly created: string
  readonly address: string
  readonly node: string
  readonly nodeAddress: string
  readonly restarts: number
  readonly waiting: { readonly reason: string; readonly message: string } | undefined
  readonly isRunning: boolean
  /** How its container ended, now or before it was started again. */
  readonly ended: { readonly exitCode: number; readonly reason: string; readonly message: string; readonly isBefore: boolean } | undefined
  /** Why it has no node. */
  readonly unscheduled: string | undefined
}

/** Oldest first. */
export async function listPods(cluster: Cluster, where: Where, more = ''): Promise<readonly Pod[]> {
  return podsOf(await listOwn(cluster, kinds.pod, where, more))
}

/** Alike. */
export const podsOf = (objects: readonly Table[]): readonly Pod[] =>
  objects.map(podOf).toSorted((one, other) => (order(one) < order(other) ? -1 : 1))

const order = ({ created, name }: Pod): string => `${created}\0${name}`

function podOf(object: Table): Pod {
  const metadata = tableIn(object, 'metadata')
  const status = tableIn(object, 'status')
  const container = listIn(status, 'containerStatuses')[0] ?? {}
  const conditions = listIn(status, 'conditions')
  const condition = (type: string): Table => conditions.find((one) => one['type'] === type) ?? {}
  const state = tableIn(container, 'state')
  const waiting = tableIn(state, 'waiting')
  const scheduled = condition('PodScheduled')
  const isOfJob = listIn(metadata, 'ownerReferences').some((one) => one['kind'] === 'Job')
  const isCommand = labelOf(object, label.oneOff) !== ''
  return {
    name: nameOf(object),
    worker: labelOf(object, label.worker),
    release: labelOf(object, label.release),
    generation: Number(labelOf(object, label.generation)),
    isOneOff: isCommand || isOfJob,
    isCronRun: isOfJob && !isCommand,
    isEnding: metadata['deletionTimestamp'] !== undefined,
    isReady: condition('Ready')['status'] === 'True',
    phase: textIn(status, 'phase'),
    reason: textIn(status, 'reason'),
    message: textIn(status, 'message'),
    created: textIn(metadata, 'creationTimestamp'),
    address: textIn(status, 'podIP'),
    node: textIn(tableIn(object, 'spec'), 'nodeName'),
    nodeAddress: textIn(status, 'hostIP'),
    restarts: numberIn(container, 'restartCount'),
    waiting: state['waiting'] === undefined ? undefined : { reason: textIn(waiting, 'reason'), message: textIn(waiting, 'message') },
    isRunning: state['running'] !== undefined,
    ended: endOf(tableIn(state, 'terminated'), false) ?? endOf(tableIn(tableIn(container, 'lastState'), 'terminated'), true),
    unscheduled: scheduled['status'] === 'False' ? textIn(scheduled, 'message') || textIn(scheduled, 'reason') : undefined,
  }
}

function endOf(terminated: Table, isBefore: boolean): Pod['ended'] {
  if (terminated['exitCode'] === undefined) return undefined
  return {
    exitCode: numberIn(terminated, 'exitCode'),
    reason: textIn(terminated, 'reason'),
    message: textIn(terminated, 'message'),
    isBefore,
  }
}

/**
 * One whose node has given it up, or was shut down: it stays as it is for as long as the cluster likes, and the cluster has made another in its
 * place. One that was told to end is not over before it is gone.
 */
export const isOver = ({ phase, isEnding }: Pod): boolean => !isEnding && (phase === 'Failed' || phase === 'Succeeded')

export interface Numbered {
  readonly pod: Pod
  /** From 1, oldest first; those that are ending come last. */
  readonly ordinal: number
}

/** Without those of one command, and those that another has taken the place of. */
export function withOrdinals(pods: readonly Pod[]): readonly Numbered[] {
  const seen = new Map<string, number>()
  const lasting = pods.filter((pod) => !pod.isOneOff && !isOver(pod))
  return [...lasting.filter((pod) => !pod.isEnding), ...lasting.filter((pod) => pod.isEnding)].map((pod) => {
    const key = `${pod.worker}\0${pod.generation}`
    const ordinal = (seen.get(key) ?? 0) + 1
    seen.set(key, ordinal)
    return { pod, ordinal }
  })
}

/** As `hop3 ps` says it. */
export function stateOf({ isReady, isEnding, waiting, restarts, phase, ended }: Pod): WorkerState {
  if (isReady) return 'running'
  if (isEnding) return 'stopped'
  if (phase === 'Failed' || restarts > 0 || ended !== undefined) return 'failing'
  return waiting !== undefined && /BackOff|Err|Invalid/.test(waiting.reason) ? 'failing' : 'starting'
}
