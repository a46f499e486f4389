/** What runs, as the manager says. Starts nothing. */
import type { DeploymentContext, WorkerState, WorkerStatus } from '@hop3/core'
import { listForwarders } from './forwarder.ts'
import { withNode, type Manager } from './manager.ts'
import { hasFailed, isWanted, listTasks, type Task } from './services.ts'
import { stackName } from './stack-names.ts'

/** See `Deployer.status`. */
export async function status(context: DeploymentContext): Promise<readonly WorkerStatus[]> {
  return withNode(context, async ({ engine, node }, role) => {
    if (role !== 'manager') return []
    const stack = stackName(context)
    const [tasks, forwarders] = await Promise.all([listTasks(engine, stack), listForwarders(engine, stack)])
    const ports = new Map(forwarders.filter(({ state }) => state === 'running').map(({ generation, port }) => [generation, port]))
    const found = tasks.filter(isWanted).map((one): WorkerStatus => {
      const { worker, slot: ordinal, release, generation, pid } = one
      const port = worker === 'web' ? ports.get(generation) : undefined
      return {
        app: context.appName,
        worker,
        ordinal,
        release,
        generation,
        state: stateOf(one, tasks),
        pid: one.node === node && one.state === 'running' && pid > 0 ? pid : null,
        address: port === undefined ? '' : `127.0.0.1:${port}`,
      }
    })
    return found.toSorted((one, other) => order(one) - order(other) || (one.worker < other.worker ? -1 : 1))
  })
}

/** See `Deployer.outage`. */
export async function outage(context: DeploymentContext): Promise<string | undefined> {
  return withNode(context, async (manager, role) => {
    if (role !== 'manager') return `the engine at ${manager.engine.host.address} is no manager of a swarm any more`
    return (await lacksForwarder(context, manager)) ? `the forwarder of ${context.appName} into the swarm is gone` : undefined
  })
}

async function lacksForwarder(context: DeploymentContext, { engine }: Manager): Promise<boolean> {
  const stack = stackName(context)
  const isServed = (await listTasks(engine, stack)).some((one) => one.worker === 'web' && isWanted(one))
  return isServed && !(await listForwarders(engine, stack)).some(({ state }) => state === 'running')
}

function stateOf(task: Task, tasks: readonly Task[]): WorkerState {
  if (task.state === 'running') return 'running'
  const isAgain = tasks.some(
    (one) => one.service === task.service && one.slot === task.slot && one.generation === task.generation && hasFailed(one),
  )
  return isAgain || hasFailed(task) ? 'failing' : 'starting'
}

const order = ({ generation, ordinal }: WorkerStatus): number => generation * 1_000 + ordinal
