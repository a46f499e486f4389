/** Watches a roll-out to its end: what the swarm has made of it is read from the state of each update. */
import { hop3Error, type DeploymentContext } from '@hop3/core'
import type { Engine } from '../engine.ts'
import { hasFailed, isWanted, listServices, listTasks, type StackServiceState, type Task } from './services.ts'
import { rollOutFailure, type FailedRollOut } from './roll-out-failure.ts'
import { lastTaskLines } from './task-logs.ts'

export interface WatchRequest {
  readonly context: DeploymentContext
  readonly engine: Engine
  readonly stack: string
  /** Instances by worker. */
  readonly counts: Readonly<Record<string, number>>
  /** Services that were there before: the swarm goes back to what they were. */
  readonly before: ReadonlySet<string>
  /** Seconds one task may take. */
  readonly patience: number
}

type Failed = Omit<FailedRollOut, 'printed'>

/** Milliseconds between two looks. */
const lookEvery = 200
/** Milliseconds new tasks have to stay, where the swarm watches none. */
const settleTime = 1_000

/** Resolves when every task runs and no update is under way. Throws `deploy.swarm.*` and `health.*`. */
export async function watchStack(request: WatchRequest): Promise<void> {
  const { context, engine, stack } = request
  const { clock, signal } = context
  const deadline = clock.monotonic() + timeLimit(request)
  const printed = new Map<string, readonly string[]>()
  let complete: number | undefined
  for (;;) {
    signal.throwIfAborted()
    const [services, tasks] = [await listServices(engine, stack), await listTasks(engine, stack)]
    await readFailed(request, tasks, printed)
    const failed = failureIn(request, services, tasks)
    if (failed !== undefined) throw await rollOutFailure(request, { ...failed, printed })
    const isDone = Object.keys(request.counts).every((worker) => isComplete(request, worker, services, tasks))
    complete = isDone ? (complete ?? clock.monotonic()) : undefined
    const isSettled = complete !== undefined && clock.monotonic() - complete >= settleTime
    if (complete !== undefined && (isSettled || services.every(({ update }) => update === 'completed'))) return
    if (clock.monotonic() >= deadline)
      throw await rollOutFailure(request, { ...unfinished(request, services, tasks), printed, isTimeout: true })
    await clock.sleep(lookEvery, signal)
  }
}

/** At once, since a node removes the containers of earlier tries. */
async function readFailed(
  { context, engine }: WatchRequest,
  tasks: readonly Task[],
  printed: Map<string, readonly string[]>,
): Promise<void> {
  for (const one of tasks) {
    const isNews = one.generation === context.generation && one.container !== '' && hasFailed(one) && !printed.has(one.id)
    if (isNews) printed.set(one.id, await lastTaskLines(context, engine, one.id))
  }
}

/** Every task one after the other, each with its time to start, to stop and to be watched, and the way back. */
function timeLimit({ context, counts, patience }: WatchRequest): number {
  const tasks = Math.max(1, ...Object.values(counts))
  return (60 + tasks * (patience + context.config.stopTimeout + 10)) * 1000
}

function isComplete(
  { context, counts }: WatchRequest,
  worker: string,
  services: readonly StackServiceState[],
  tasks: readonly Task[],
): boolean {
  const service = services.find((one) => one.worker === worker)
  if (service?.generation !== context.generation || (service.update !== '' && service.update !== 'completed')) return false
  const own = tasks.filter((one) => one.service === service.id && isWanted(one))
  const count = counts[worker] ?? 1
  return own.length === count && own.every((one) => one.generation === context.generation && one.state === 'running')
}

function failureIn({ context, before }: WatchRequest, services: readonly StackServiceState[], tasks: readonly Task[]): Failed | undefined {
  for (const service of services) {
    const failed = lastFailed(context, service, tasks)
    const isBack = service.update === 'rollback_completed'
    if (isBack || service.update === 'paused' || service.update === 'rollback_paused') return { service, task: failed, isBack }
    // The first time there is nothing to go back to, and the swarm would try for ever.
    if (!before.has(service.id) && failed !== undefined) return { service, task: failed, isBack: false }
  }
  return undefined
}

function unfinished(request: WatchRequest, services: readonly StackServiceState[], tasks: readonly Task[]): Failed {
  const service = services.find((one) => Object.hasOwn(request.counts, one.worker) && !isComplete(request, one.worker, services, tasks))
  if (service === undefined)
    throw hop3Error('deploy.swarm.refused', `Cannot start ${request.context.appName}: its stack is not in the swarm.`, {
      hint: 'Look at `docker stack ls`, then deploy again.',
    })
  const waiting = tasks.find((one) => one.service === service.id && isWanted(one) && one.state !== 'running')
  return { service, task: lastFailed(request.context, service, tasks) ?? waiting, isBack: false }
}

function lastFailed({ generation }: DeploymentContext, service: StackServiceState, tasks: readonly Task[]): Task | undefined {
  return tasks.find((one) => one.service === service.id && one.generation === generation && hasFailed(one))
}
