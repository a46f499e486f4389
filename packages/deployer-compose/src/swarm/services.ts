/** The services of a stack and their tasks, as the manager tells them: one call each. */
import { objectOf } from '../containers.ts'
import { expectStatus, type Engine } from '../engine.ts'
import { isObject } from '@hop3/core/json'
import { stackLabel } from './stack-names.ts'

export interface StackServiceState {
  readonly id: string
  readonly name: string
  readonly worker: string
  /** That its definition is of: an earlier one after a rollback. */
  readonly release: string
  readonly generation: number
  readonly replicas: number
  /** `updating`, `completed`, `paused`, `rollback_started`, `rollback_completed`, `rollback_paused`; empty when none was ever begun. */
  readonly update: string
  /** The swarm's own words. */
  readonly updateMessage: string
}

export interface Task {
  readonly id: string
  readonly app: string
  readonly stack: string
  readonly service: string
  readonly worker: string
  /** From 1. */
  readonly slot: number
  readonly release: string
  readonly generation: number
  /** `new`, `pending`, `preparing`, `starting`, `running`, `complete`, `failed`, `rejected`, `shutdown`, `orphaned`, `remove`. */
  readonly state: string
  /** What the swarm wants it to be; `running` or `ready` of those that count. */
  readonly desired: string
  readonly node: string
  readonly container: string
  readonly pid: number
  readonly exitCode: number
  /** Why it is not running, in the engine's words. */
  readonly problem: string
}

export async function listServices(engine: Engine, stack: string): Promise<readonly StackServiceState[]> {
  const answer = await engine.ask('GET', `/services?filters=${filter(stack)}`)
  expectStatus(answer, [200], `Cannot list the services of ${stack}`)
  return Array.isArray(answer.body) ? answer.body.map(serviceOf) : []
}

/** Those that have ended, too, as far as the swarm remembers them. Without a stack: of every one. */
export async function listTasks(engine: Engine, stack?: string): Promise<readonly Task[]> {
  const answer = await engine.ask('GET', `/tasks?filters=${filter(stack)}`)
  expectStatus(answer, [200], `Cannot list the tasks of ${stack ?? 'the swarm'}`)
  return Array.isArray(answer.body) ? answer.body.map(taskOf) : []
}

export const isWanted = ({ desired }: Task): boolean => ['new', 'ready', 'running'].includes(desired)

export const hasFailed = ({ state }: Task): boolean => ['failed', 'rejected', 'orphaned', 'complete'].includes(state)

function filter(stack: string | undefined): string {
  const name = 'com.docker.stack.namespace'
  return encodeURIComponent(JSON.stringify({ label: [stack === undefined ? name : `${name}=${stack}`] }))
}

function serviceOf(value: unknown): StackServiceState {
  const { ID, Spec, UpdateStatus } = objectOf(value)
  const { Name, Mode, TaskTemplate } = objectOf(Spec)
  const labels = labelsOf(TaskTemplate)
  const { State, Message } = objectOf(UpdateStatus)
  const replicas = objectOf(objectOf(Mode)['Replicated'])['Replicas']
  return {
    id: text(ID),
    name: text(Name),
    worker: text(labels[stackLabel.worker]),
    release: text(labels[stackLabel.release]),
    generation: Number(labels[stackLabel.generation]),
    replicas: typeof replicas === 'number' ? replicas : 0,
    update: text(State),
    updateMessage: text(Message),
  }
}

function taskOf(value: unknown): Task {
  const { ID, ServiceID, Slot, Spec, Status, DesiredState, NodeID } = objectOf(value)
  const labels = labelsOf(Spec)
  const { State, Err, Message, ContainerStatus } = objectOf(Status)
  const { ContainerID, PID, ExitCode } = objectOf(ContainerStatus)
  return {
    id: text(ID),
    app: text(labels[stackLabel.app]),
    stack: text(labels[stackLabel.stack]),
    service: text(ServiceID),
    worker: text(labels[stackLabel.worker]),
    slot: number(Slot),
    release: text(labels[stackLabel.release]),
    generation: Number(labels[stackLabel.generation]),
    state: text(State),
    desired: text(DesiredState),
    node: text(NodeID),
    container: text(ContainerID),
    pid: number(PID),
    exitCode: number(ExitCode),
    problem: text(Err) || text(Message),
  }
}

function labelsOf(template: unknown): Readonly<Record<string, unknown>> {
  const { ContainerSpec } = objectOf(template)
  const labels = objectOf(ContainerSpec)['Labels']
  return isObject(labels) ? labels : {}
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
