/** Takes the stack of an app out of the swarm. */
import { rm } from 'node:fs/promises'
import type { DeploymentContext } from '@hop3/core'
import { listContainers, objectOf } from '../containers.ts'
import { removeServices as removeDataServices, stopServices } from '../data-services/ensure-services.ts'
import { expectStatus, openEngine, type Engine } from '../engine.ts'
import { removeAllImages } from '../images.ts'
import { layoutOf } from '../layout.ts'
import { endedOneOffs } from '../one-off.ts'
import { removeContainers } from '../stop-containers.ts'
import { listForwarders } from './forwarder.ts'
import { keepLogs } from './keep-logs.ts'
import { withManager, withNode } from './manager.ts'
import { removeOverlay } from './overlay.ts'
import { removeSecrets } from './secrets.ts'
import { isWanted, listServices, listTasks, type StackServiceState } from './services.ts'
import { stackLayout, stackName } from './stack-names.ts'

/** See `Deployer.stop`. Data and images stay. */
export async function stop(context: DeploymentContext): Promise<void> {
  const stack = stackName(context)
  // An engine that is in no swarm runs nothing of it; what was here beside it goes all the same.
  const isInactive = await withNode(context, async (_, role) => role === 'inactive')
  if (!isInactive)
    await withManager(context, async ({ engine }) => {
      await keepLogs(context, engine, stack, isWanted)
      await removeServices(context, engine, stack, await listServices(engine, stack))
      await removeSecrets(engine, stack)
    })
  const engine = await openEngine(context)
  try {
    const oneOffs = await endedOneOffs(await listContainers(engine, context))
    await removeContainers(context, engine, [...(await listForwarders(engine, stack)), ...oneOffs], { drain: false })
    await removeEnded(engine, stack)
    await removeVolumes(engine, stack)
    if ((await stopServices(context, engine)) === 0) await untilRemoved(context, engine, stack)
    await rm(stackLayout(context).generations, { recursive: true, force: true })
  } finally {
    engine.host.close()
  }
}

/** See `Deployer.forget`. */
export async function forget(context: DeploymentContext): Promise<void> {
  const engine = await openEngine(context)
  try {
    await removeDataServices(context, engine)
    await removeOverlay(engine, stackName(context))
    await removeAllImages(context, engine)
    await rm(layoutOf(context.directories.home, context.appName).root, { recursive: true, force: true })
    await rm(stackLayout(context).root, { recursive: true, force: true })
  } finally {
    engine.host.close()
  }
}

/** Resolves when none of their tasks runs any more. */
export async function removeServices(
  { appName, clock, config }: Pick<DeploymentContext, 'appName' | 'clock' | 'config' | 'signal'>,
  engine: Engine,
  stack: string,
  services: readonly StackServiceState[],
): Promise<void> {
  if (services.length === 0) return
  for (const { id, name } of services)
    expectStatus(await engine.ask('DELETE', `/services/${id}`), [200, 204, 404], `Cannot remove the service ${name} of ${appName}`)
  const ids = new Set(services.map(({ id }) => id))
  const deadline = clock.monotonic() + (config.stopTimeout + 30) * 1000
  while (clock.monotonic() < deadline) {
    const left = (await listTasks(engine, stack)).filter(({ service, state }) => ids.has(service) && runs.has(state))
    if (left.length === 0) return
    await clock.sleep(100)
  }
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
