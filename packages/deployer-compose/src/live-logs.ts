/** What the containers that run print, as it comes: see `Deployer.logs`. */
import type { DeploymentContext, LogRequest } from '@hop3/core'
import { readContainerLog } from './container-logs.ts'
import { listContainers, type Container } from './containers.ts'
import { openEngine, type Engine } from './engine.ts'

export async function liveLogs(context: DeploymentContext, request: LogRequest): Promise<void> {
  const engine = await openEngine(context)
  const list = async (): Promise<readonly Container[]> =>
    (await listContainers(engine, context))
      .filter(({ owner, worker }) => owner === undefined && (request.worker === undefined || worker === request.worker))
      .toSorted(byGeneration)
  try {
    const present = await list()
    if (request.follow) await followAll(context, engine, request, present, list)
    else for (const one of present) await read(engine, one, request, request.lines)
  } finally {
    engine.host.close()
  }
}

/** Milliseconds between two looks for containers that have started. */
const lookEvery = 1_000

async function followAll(
  { clock }: DeploymentContext,
  engine: Engine,
  request: LogRequest,
  present: readonly Container[],
  list: () => Promise<readonly Container[]>,
): Promise<void> {
  const { signal } = request
  const followed = new Map<string, Promise<void>>()
  for (let containers = present, tail: number | 'all' = request.lines; ; containers = await list(), tail = 'all') {
    for (const one of containers) {
      if (followed.has(one.id)) continue
      // Ends with the container, and with the signal.
      followed.set(
        one.id,
        read(engine, one, request, tail).catch(() => {}),
      )
    }
    await clock.sleep(lookEvery, signal).catch(() => {})
    if (signal.aborted) break
  }
  await Promise.all(followed.values())
}

async function read(
  engine: Engine,
  { id, worker, ordinal }: Container,
  { follow, signal, onLine }: LogRequest,
  tail: number | 'all',
): Promise<void> {
  await readContainerLog(engine, id, { tail, follow, signal, onLine: (text) => onLine({ worker, ordinal, text }) })
}

function byGeneration(one: Container, other: Container): number {
  return one.generation - other.generation || one.ordinal - other.ordinal
}
