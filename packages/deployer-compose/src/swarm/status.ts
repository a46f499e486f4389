/** What runs, as the manager says. Starts nothing. */
import type { DeploymentContext, HomeStatus, WorkerState, WorkerStatus } from '@hop3/core'
import { checkLocal } from '../check-local.ts'
import type { Container } from '../containers.ts'
import { openEngine, type Engine } from '../engine.ts'
import { listHere } from './forwarder.ts'
import { roleOf } from './manager.ts'
import { hasFailed, isWanted, listTasks, type Task } from './services.ts'
import { stackName } from './stack-names.ts'

/** See `Deployer.status`. */
export async function status(context: DeploymentContext): Promise<readonly WorkerStatus[]> {
  return workersOf(await look(context, stackName(context)))
}

/** See `Deployer.statusOfAll`. */
export async function statusOfAll(context: DeploymentContext): Promise<HomeStatus> {
  const seen = await look(context)
  return { workers: workersOf(seen), outageOf: (app) => seen.noManager ?? forwarderGone(app, seen) }
}

/** See `Deployer.outage`. */
export async function outage(context: DeploymentContext): Promise<string | undefined> {
  const seen = await look(context, stackName(context))
  return seen.noManager ?? forwarderGone(context.appName, seen)
}

interface Seen {
  /** Containers of this host. */
  readonly here: ReadonlySet<string>
  readonly tasks: readonly Task[]
  readonly forwarders: readonly Container[]
  /** Said where nobody can be asked. */
  readonly noManager?: string
}

/** Two calls, whether of one stack or of all this home has. */
async function look(context: DeploymentContext, stack?: string): Promise<Seen> {
  const engine = await openEngine(context)
  try {
    checkLocal(engine, context)
    const [tasks, { forwarders, ids: here }] = await Promise.all([tasksOf(engine, stack), listHere(engine, stack)])
    if (tasks === undefined) {
      const noManager = `the engine at ${engine.host.address} is no manager of a swarm any more`
      return { here, tasks: [], forwarders: [], noManager }
    }
    // Several homes may share a swarm.
    const isOurs = (one: { readonly app: string }, named: string): boolean =>
      named === (stack ?? stackName({ appName: one.app, directories: context.directories }))
    return {
      here,
      tasks: tasks.filter((one) => isOurs(one, one.stack)),
      forwarders: forwarders.filter((one) => isOurs(one, one.project)),
    }
  } finally {
    engine.host.close()
  }
}

/** Undefined of an engine that is no manager. */
async function tasksOf(engine: Engine, stack: string | undefined): Promise<readonly Task[] | undefined> {
  try {
    return await listTasks(engine, stack)
  } catch (error) {
    if ((await roleOf(engine)).role === 'manager') throw error
    return undefined
  }
}

function workersOf({ here, tasks, forwarders }: Seen): readonly WorkerStatus[] {
  const key = (app: string, generation: number): string => `${app}/${generation}`
  const running = forwarders.filter(({ state }) => state === 'running')
  const ports = new Map(running.map(({ app, generation, port }) => [key(app, generation), port]))
  const found = tasks.filter(isWanted).map((one): WorkerStatus => {
    const { app, worker, slot: ordinal, release, generation, pid } = one
    const port = worker === 'web' ? ports.get(key(app, generation)) : undefined
    return {
      app,
      worker,
      ordinal,
      release,
      generation,
      state: stateOf(one, tasks),
      pid: here.has(one.container) && one.state === 'running' && pid > 0 ? pid : null,
      address: port === undefined ? '' : `127.0.0.1:${port}`,
    }
  })
  return found.toSorted((one, other) => order(one) - order(other) || (one.worker < other.worker ? -1 : 1))
}

function forwarderGone(app: string, { tasks, forwarders }: Seen): string | undefined {
  const isServed = tasks.some((one) => one.app === app && one.worker === 'web' && isWanted(one))
  const isLed = forwarders.some((one) => one.app === app && one.state === 'running')
  return isServed && !isLed ? `the forwarder of ${app} into the swarm is gone` : undefined
}

function stateOf(task: Task, tasks: readonly Task[]): WorkerState {
  if (task.state === 'running') return 'running'
  const isAgain = tasks.some(
    (one) => one.service === task.service && one.slot === task.slot && one.generation === task.generation && hasFailed(one),
  )
  return isAgain || hasFailed(task) ? 'failing' : 'starting'
}

const order = ({ generation, ordinal }: WorkerStatus): number => generation * 1_000 + ordinal
