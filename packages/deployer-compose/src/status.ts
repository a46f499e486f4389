/** What runs, as the engine says. Starts nothing. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentContext, WorkerState, WorkerStatus } from '@hop3/core'
import { inspectContainer, listContainers, type Container } from './containers.ts'
import { openEngine, type Engine } from './engine.ts'
import { readHealthy, type HealthyRecord } from './healthy-record.ts'
import { layoutOf } from './layout.ts'

/** See `Deployer.status`. */
export async function status(context: DeploymentContext): Promise<readonly WorkerStatus[]> {
  const engine = await openEngine(context)
  try {
    const containers = (await listContainers(engine, context)).filter(({ owner }) => owner === undefined)
    const { projects } = layoutOf(context.directories.home, context.appName)
    const names = [...new Set(containers.map(({ project }) => project))]
    const records = new Map(await Promise.all(names.map(async (name) => [name, await readHealthy(join(projects, name))] as const)))
    const found = await Promise.all(
      containers.map(async (one): Promise<WorkerStatus> => {
        const upstream = records.get(one.project)?.get(one.id)
        const { worker, ordinal, release, generation } = one
        return {
          app: context.appName,
          worker,
          ordinal,
          release,
          generation,
          state: stateOf(one, records.get(one.project)),
          pid: one.state === 'running' ? await pidOf(engine, one, upstream?.pid) : null,
          address: upstream === undefined || upstream.address === '' ? '' : `${upstream.address}:${upstream.port}`,
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
