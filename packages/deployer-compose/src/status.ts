/** What runs, as the engine says. Starts nothing. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentContext, HomeStatus, WorkerState, WorkerStatus } from '@hop3/core'
import { inspectContainer, listAllContainers, listContainers, type Container } from './containers.ts'
import { openEngine, type Engine } from './engine.ts'
import { readHealthy, type HealthyRecord } from './healthy-record.ts'
import { layoutOf } from './layout.ts'

type Asking = Pick<DeploymentContext, 'appName' | 'directories' | 'env' | 'signal'>

/** See `Deployer.status`. */
export async function status(context: Asking): Promise<readonly WorkerStatus[]> {
  return statusOf(context, (engine) => listContainers(engine, context))
}

/** See `Deployer.statusOfAll`. */
export async function statusOfAll(context: Asking): Promise<HomeStatus> {
  return { workers: await statusOf(context, (engine) => listAllContainers(engine, context.directories.home)) }
}

async function statusOf(context: Asking, list: (engine: Engine) => Promise<readonly Container[]>): Promise<readonly WorkerStatus[]> {
  const engine = await openEngine(context)
  try {
    const containers = (await list(engine)).filter(({ owner }) => owner === undefined)
    const directoryOf = ({ app, project }: Container): string => join(layoutOf(context.directories.home, app).projects, project)
    const directories = [...new Set(containers.map(directoryOf))]
    const records = new Map(await Promise.all(directories.map(async (one) => [one, await readHealthy(one)] as const)))
    const found = await Promise.all(
      containers.map(async (one): Promise<WorkerStatus> => {
        const { app, worker, ordinal, release, generation } = one
        const record = records.get(directoryOf(one))
        const healthy = record?.get(one.id)
        return {
          app,
          worker,
          ordinal,
          release,
          generation,
          state: stateOf(one, record),
          pid: one.state === 'running' ? await pidOf(engine, one, healthy?.pid) : null,
          address: healthy === undefined || healthy.address === '' ? '' : `${healthy.address}:${healthy.port}`,
        }
      }),
    )
    return found.toSorted(byName)
  } finally {
    engine.host.close()
  }
}

/** As it was when it became healthy, if that process is still in the container: the engine is asked when it has been started again. */
async function pidOf(engine: Engine, { id }: Container, known = 0): Promise<number | null> {
  const groups = known === 0 ? '' : await readFile(`/proc/${known}/cgroup`, 'utf8').catch(() => '')
  return groups.includes(id) ? known : (await inspectContainer(engine, id))?.pid || null
}

function stateOf({ id, state, isUnhealthy }: Container, healthy: HealthyRecord | undefined): WorkerState {
  if (state === 'restarting' || isUnhealthy) return 'failing'
  if (state === 'created') return 'starting'
  if (state !== 'running') return 'stopped'
  return healthy?.has(id) === true ? 'running' : 'starting'
}

function byName(one: WorkerStatus, other: WorkerStatus): number {
  const text = ({ worker, generation, ordinal }: WorkerStatus): string =>
    `${worker}\0${String(generation).padStart(15, '0')}\0${String(ordinal).padStart(5, '0')}`
  return text(one) < text(other) ? -1 : 1
}
