/** Watches a roll-out to its end. */
import { hop3Error, printable, type DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { listIn, numberIn, tableIn, textIn, type Table } from './json-table.ts'
import { kinds } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { labelOf, listOwn, type Where } from './own-objects.ts'
import { isOver, listPods, type Pod } from './pods.ts'
import { notCreated, troubleFailure, volumeTrouble } from './roll-out-failure.ts'
import { watchTrouble } from './watch-trouble.ts'

export interface WatchRequest {
  readonly context: DeploymentContext
  readonly cluster: Cluster
  readonly where: Where
  /** Instances by worker, of those that last. Undefined: as many as the autoscaler says. */
  readonly counts: Readonly<Record<string, number | undefined>>
  /** Seconds one pod may take to become ready. */
  readonly patience: number
}

/** Milliseconds between two looks. */
const lookEvery = 250
/** Milliseconds what the cluster cannot make may pass by itself: a new namespace has no service account yet. */
const longestHiccup = 4_000
/** Milliseconds more for a roll-out that a node is being made for. */
const longestNode = 300_000

/** Resolves when every worker runs, of this generation alone. Throws `deploy.kubernetes.*` and `health.*`. */
export async function watchRollOut(request: WatchRequest): Promise<void> {
  const { context, cluster, where } = request
  const { clock, signal } = context
  const since = new Map<string, number>()
  const watch = watchTrouble({ context, cluster, namespace: where.namespace, patience: request.patience })
  const began = clock.monotonic()
  let past: ReadonlySet<string> | undefined
  let said = ''
  for (;;) {
    signal.throwIfAborted()
    const deployments = await listOwn(cluster, kinds.deployment, where)
    const left = Object.keys(request.counts).filter((worker) => !isComplete(request, worker, deployments))
    if (left.length === 0) return
    const pods = (await listPods(cluster, where)).filter((pod) => !pod.isOneOff && pod.generation === context.generation)
    past ??= new Set(pods.filter(isOver).map(({ name }) => name))
    const trouble = await watch.look(pods.filter(({ name }) => past?.has(name) !== true))
    if (trouble !== undefined) throw await troubleFailure(failing(request), trouble)
    checkCreated(request, deployments, since)
    const progress = left.map((worker) => progressOf(worker, deployments)).join(', ')
    if (progress !== said) context.log.info(`Rolling out ${progress}.`)
    said = progress
    const limit = timeLimit(request, deployments) + (watch.isNodeComing() ? longestNode : 0)
    if (clock.monotonic() - began >= limit) throw await tooLong(request, left, pods)
    await clock.sleep(lookEvery, signal)
  }
}

const failing = ({ context, cluster, where, patience }: WatchRequest) => ({ context, cluster, namespace: where.namespace, patience })

/** All instances one after the other, each with its time to start and to be fetched. */
function timeLimit(request: WatchRequest, deployments: readonly Table[]): number {
  const { patience, context } = request
  const most = Math.max(1, ...Object.keys(request.counts).map((worker) => wantedOf(request, worker, deploymentOf(worker, deployments))))
  return (120 + Math.min(most, 8) * (patience + context.config.stopTimeout)) * 1000
}

const deploymentOf = (worker: string, deployments: readonly Table[]): Table | undefined =>
  deployments.find((one) => labelOf(one, label.worker) === worker)

/** As many as the autoscaler says by now, where it does. */
const wantedOf = ({ counts }: WatchRequest, worker: string, found: Table = {}): number =>
  counts[worker] ?? numberIn(tableIn(found, 'spec'), 'replicas')

function isComplete(request: WatchRequest, worker: string, deployments: readonly Table[]): boolean {
  const found = deploymentOf(worker, deployments)
  if (found === undefined || Number(labelOf(found, label.generation)) !== request.context.generation) return false
  if (!isSeen(found)) return false
  const status = tableIn(found, 'status')
  const wanted = wantedOf(request, worker, found)
  return ['updatedReplicas', 'replicas', 'availableReplicas'].every((key) => numberIn(status, key) === wanted)
}

/** Before, its status is of what it was told last. */
const isSeen = (deployment: Table): boolean =>
  numberIn(tableIn(deployment, 'status'), 'observedGeneration') >= numberIn(tableIn(deployment, 'metadata'), 'generation')

function progressOf(worker: string, deployments: readonly Table[]): string {
  const found = deploymentOf(worker, deployments) ?? {}
  const status = isSeen(found) ? tableIn(found, 'status') : {}
  return `${worker}: ${Math.min(numberIn(status, 'updatedReplicas'), numberIn(status, 'availableReplicas'))} of ${numberIn(tableIn(found, 'spec'), 'replicas')} new`
}

/** What the cluster does not even make a pod of: a quota, or somebody who admits none like it. */
function checkCreated({ context, where }: WatchRequest, deployments: readonly Table[], since: Map<string, number>): void {
  const now = context.clock.monotonic()
  for (const one of deployments) {
    const failure = listIn(tableIn(one, 'status'), 'conditions').find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
    const key = `made ${labelOf(one, label.worker)}`
    if (failure === undefined) since.delete(key)
    else if (now - (since.get(key) ?? now) < longestHiccup) since.set(key, since.get(key) ?? now)
    else throw notCreated(context.appName, labelOf(one, label.worker), textIn(failure, 'message'), where.namespace)
  }
}

async function tooLong(request: WatchRequest, left: readonly string[], pods: readonly Pod[]): Promise<Error> {
  const { context } = request
  const homeless = pods.find((pod) => pod.unscheduled !== undefined && !pod.isEnding)
  if (homeless !== undefined)
    return troubleFailure(failing(request), { kind: 'unscheduled', pod: homeless, said: homeless.unscheduled ?? '' })
  const stuck = pods.find(({ isReady, isRunning, node }) => !isReady && !isRunning && node !== '')
  const held = stuck === undefined ? '' : await volumeTrouble(failing(request), stuck)
  const waiting = pods
    .filter((pod) => !pod.isReady && !isOver(pod))
    .map(({ name, phase, waiting: why }) => `${name} is ${phase}${why === undefined ? '' : ` (${why.reason})`}`)
  return hop3Error(
    'deploy.kubernetes.deadline',
    `${context.release.id} of ${context.appName} did not come up in time: ${left.join(', ')} not complete. ${waiting.map(printable).join(', ')}${held === '' ? '' : `\n${printable(held)}`}`,
    { hint: 'Look at the nodes (`kubectl get nodes`) and at what the pods wait for, then deploy again.', details: { workers: left } },
  )
}
