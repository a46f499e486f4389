/** Takes the stack of an app out of the swarm. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { hop3Error, type DeploymentContext } from '@hop3/core'
import { listContainers, objectOf } from '../containers.ts'
import { listServices as listDataServices } from '../data-services/ensure-services.ts'
import { removeServices as removeDataServices, stopServices } from '../data-services/stop-services.ts'
import { leaveNetwork } from '../data-services/service-network.ts'
import { expectStatus, openEngine, type Engine } from '../engine.ts'
import { layoutOf } from '../layout.ts'
import { removeNetwork } from '../network.ts'
import { removeWithLeftovers } from '../remove-with-leftovers.ts'
import { listForwarders } from './forwarder.ts'
import { keepLogs } from './keep-logs.ts'
import { withManager, withNode } from './manager.ts'
import { removeOverlay } from './overlay.ts'
import { removeSecrets } from './secrets.ts'
import { isWanted, listServices, listTasks, type StackServiceState, type Task } from './services.ts'
import { overlayName, stackLayout, stackName } from './stack-names.ts'

/** See `Deployer.stop`. Data and images stay; nothing is deleted while a task runs. */
export async function stop(context: DeploymentContext): Promise<void> {
  const stack = stackName(context)
  // An engine that is in no swarm runs nothing of it; what was here beside it goes all the same.
  const isInactive = await withNode(context, async (_, role) => role === 'inactive')
  if (!isInactive)
    await withManager(context, async ({ engine }) => {
      await keepLogs(context, engine, stack, isWanted)
      await removeServices(context, engine, stack, await listServices(engine, stack))
      await untilEnded(context, engine, stack)
      await removeSecrets(engine, stack)
    })
  const engine = await openEngine(context)
  try {
    const containers = await listContainers(engine, context)
    await removeWithLeftovers(context, engine, await listForwarders(engine, stack), { among: containers, drain: false })
    await removeEnded(engine, stack)
    await removeVolumes(engine, stack)
    // Moved to Compose, the app still needs what it brings.
    const isMoved = containers.some(({ owner }) => owner === undefined)
    if (isMoved) await leaveNetwork(engine, overlayName(stack), await listDataServices(engine, context))
    if (isMoved || (await stopServices(context, engine)) === 0) await untilRemoved(context, engine, stack)
    await rm(stackLayout(context).generations, { recursive: true, force: true })
  } finally {
    engine.host.close()
  }
}

/** See `Deployer.forget`. */
export async function forget(context: DeploymentContext): Promise<void> {
  const roots = [layoutOf(context.directories.home, context.appName).root, stackLayout(context).root]
  if (!roots.some((root) => existsSync(root))) return
  const engine = await openEngine(context)
  try {
    await removeDataServices(context, engine)
    await removeOverlay(engine, stackName(context))
    await removeNetwork(engine, context)
    for (const root of roots) await rm(root, { recursive: true, force: true })
  } finally {
    engine.host.close()
  }
}

/** Resolves when none of their tasks runs any more. Throws `deploy.swarm.not-stopped`. */
export async function removeServices(
  context: Ending,
  engine: Engine,
  stack: string,
  services: readonly StackServiceState[],
): Promise<void> {
  if (services.length === 0) return
  for (const { id, name } of services)
    expectStatus(await engine.ask('DELETE', `/services/${id}`), [200, 204, 404], `Cannot remove the service ${name} of ${context.appName}`)
  const ids = new Set(services.map(({ id }) => id))
  await untilEnded(context, engine, stack, ({ service }) => ids.has(service))
}

type Ending = Pick<DeploymentContext, 'appName' | 'clock' | 'config' | 'signal'>

/** Without `isOf`: of all tasks of the stack, those of services that an earlier command has removed among them. */
async function untilEnded(
  { appName, clock, config, signal }: Ending,
  engine: Engine,
  stack: string,
  isOf: (task: Task) => boolean = () => true,
): Promise<void> {
  const deadline = clock.monotonic() + (config.stopTimeout + 30) * 1000
  for (;;) {
    const tasks = (await listTasks(engine, stack)).filter((task) => isOf(task) && runs.has(task.state))
    // What ran on a node that has gone is never heard of again.
    const gone = tasks.length === 0 ? new Set<string>() : await goneNodes(engine)
    const left = tasks.filter(({ node }) => !gone.has(node))
    if (left.length === 0) return
    if (clock.monotonic() >= deadline) throw notStopped(appName, stack, left)
    await clock.sleep(100, signal)
  }
}

function notStopped(appName: string, stack: string, left: readonly Task[]): Error {
  const names = left.map(({ worker, slot, node }) => `${worker}.${slot} on the node ${node}`)
  return hop3Error('deploy.swarm.not-stopped', `The swarm has removed ${appName}, but not ended what it runs of it: ${names.join(', ')}.`, {
    hint: `Look at it there: docker ps --filter label=com.docker.stack.namespace=${stack}. When it has ended, run the command again.`,
    details: { tasks: left.map(({ id }) => id) },
  })
}

async function goneNodes(engine: Engine): Promise<ReadonlySet<string>> {
  const answer = await engine.ask('GET', '/nodes')
  expectStatus(answer, [200], 'Cannot list the nodes of the swarm')
  const nodes = (Array.isArray(answer.body) ? answer.body : []).map(objectOf)
  return new Set(nodes.filter(({ Status }) => objectOf(Status)['State'] === 'down').map(({ ID }) => String(ID)))
}

const runs = new Set(['assigned', 'accepted', 'preparing', 'ready', 'starting', 'running'])

/** The network is in use until the last container has gone from every node. */
async function untilRemoved({ clock, log }: DeploymentContext, engine: Engine, stack: string): Promise<void> {
  const deadline = clock.monotonic() + 10_000
  while (!(await removeOverlay(engine, stack))) {
    if (clock.monotonic() > deadline) {
      log.warn(`The network of ${stack} is still in use and stays: docker network rm ${stack}-app`)
      return
    }
    await clock.sleep(100)
  }
}

/** The swarm leaves containers of tasks it has ended for a while, and what they use with them. */
async function removeEnded(engine: Engine, stack: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`hop3.stack=${stack}`], status: ['created', 'exited', 'dead'] }))
  const answer = await engine.ask('GET', `/containers/json?all=true&filters=${filters}`)
  for (const one of Array.isArray(answer.body) ? answer.body : [])
    await engine.ask('DELETE', `/containers/${String(objectOf(one)['Id'])}?force=true&v=true`)
}

/** They only lead to the app's data, which stays. */
async function removeVolumes(engine: Engine, stack: string): Promise<void> {
  const answer = await engine.ask('GET', `/volumes?filters=${encodeURIComponent(JSON.stringify({ label: [`hop3.stack=${stack}`] }))}`)
  const volumes = objectOf(answer.body)['Volumes']
  for (const one of Array.isArray(volumes) ? volumes : [])
    // 409: a container that ended is still being removed.
    expectStatus(await engine.ask('DELETE', `/volumes/${String(objectOf(one)['Name'])}`), [204, 404, 409], 'Cannot remove a volume')
}
