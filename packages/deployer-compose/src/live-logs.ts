/** What the instances that run print, as it comes: see `Deployer.logs`. */
import type { DeploymentContext, LogRequest } from '@hop3/core'
import { readContainerLog, type PrintedRequest } from './container-logs.ts'
import { listContainers, type Container } from './containers.ts'
import { openEngine } from './engine.ts'

export async function liveLogs(context: DeploymentContext, request: LogRequest): Promise<void> {
  const engine = await openEngine(context)
  const list = async (): Promise<readonly Container[]> =>
    (await listContainers(engine, context))
      .filter(({ owner, worker }) => owner === undefined && (request.worker === undefined || worker === request.worker))
      .toSorted((one, other) => one.generation - other.generation || one.ordinal - other.ordinal)
  try {
    await readInstances(context, request, list, async ({ id, worker, ordinal }, { onLine, ...printed }) =>
      readContainerLog(engine, id, { ...printed, onLine: (text) => onLine({ worker, ordinal, text }) }),
    )
  } finally {
    engine.host.close()
  }
}

/** Milliseconds between two looks for instances that have started. */
const lookEvery = 1_000

type Read<T> = (one: T, request: Pick<PrintedRequest, 'tail' | 'follow' | 'signal'> & Pick<LogRequest, 'onLine'>) => Promise<void>

/** One after the other; or all at once and those that come, until the signal. */
export async function readInstances<T extends { readonly id: string }>(
  { clock }: Pick<DeploymentContext, 'clock'>,
  { lines, follow, signal, onLine }: LogRequest,
  list: () => Promise<readonly T[]>,
  read: Read<T>,
): Promise<void> {
  const present = await list()
  if (!follow) {
    for (const one of present) await read(one, { tail: lines, follow, signal, onLine })
    return
  }
  const followed = new Map<string, Promise<void>>()
  for (let found = present, tail: number | 'all' = lines; ; found = await list(), tail = 'all') {
    for (const one of found) {
      // Ends with the instance, and with the signal.
      if (!followed.has(one.id))
        followed.set(
          one.id,
          read(one, { tail, follow, signal, onLine }).catch(() => {}),
        )
    }
    await clock.sleep(lookEvery, signal).catch(() => {})
    if (signal.aborted) break
  }
  await Promise.all(followed.values())
}
