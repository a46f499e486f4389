/** What tasks have printed, on whichever node they run: the manager fetches it. */
import type { DeploymentContext, LogRequest } from '@hop3/core'
import { splitFrames } from '../container-logs.ts'
import type { Engine } from '../engine.ts'
import { withManager } from './manager.ts'
import { isWanted, listTasks, type Task } from './services.ts'
import { stackName } from './stack-names.ts'

export interface TaskLogRequest {
  readonly tail: number | 'all'
  readonly follow?: boolean
  readonly signal?: AbortSignal
  readonly onLine: (line: string) => void
}

/** A task that has gone has printed nothing. */
export async function readTaskLog(engine: Engine, id: string, { tail, follow = false, signal, onLine }: TaskLogRequest): Promise<void> {
  const split = splitFrames(onLine)
  let isLog: boolean | undefined
  const path = `/tasks/${id}/logs?stdout=1&stderr=1&tail=${tail}&follow=${follow ? 1 : 0}`
  await engine.stream(
    path,
    (chunk) => {
      // An error of the engine's is JSON; frames begin with 0, 1 or 2.
      isLog ??= (chunk[0] ?? 0) <= 2
      if (isLog) split.push(chunk)
    },
    signal,
  )
  split.end()
}

/** Milliseconds: a node that does not answer tells nothing. */
const longestWait = 5_000

/** The last lines that are not empty, for an error. */
export async function lastTaskLines(engine: Engine, id: string, most = 20): Promise<readonly string[]> {
  const lines: string[] = []
  const request = { tail: most * 2, signal: AbortSignal.timeout(longestWait), onLine: (line: string) => void lines.push(line) }
  await readTaskLog(engine, id, request).catch(() => {})
  return lines.filter((line) => line.trim() !== '').slice(-most)
}

/** Milliseconds between two looks for tasks that have started. */
const lookEvery = 1_000

/** See `Deployer.logs`. */
export async function liveLogs(context: DeploymentContext, { lines, follow, worker, signal, onLine }: LogRequest): Promise<void> {
  await withManager(context, async ({ engine }) => {
    const list = async (): Promise<readonly Task[]> =>
      (await listTasks(engine, stackName(context)))
        .filter((one) => isWanted(one) && one.state === 'running' && (worker === undefined || one.worker === worker))
        .toSorted((one, other) => one.generation - other.generation || one.slot - other.slot)
    const read = (one: Task, tail: number | 'all'): Promise<void> =>
      readTaskLog(engine, one.id, {
        tail,
        follow,
        signal,
        onLine: (text) => onLine({ worker: one.worker, ordinal: one.slot, text }),
      }).catch(() => {})
    const present = await list()
    if (!follow) {
      for (const one of present) await read(one, lines)
      return
    }
    const followed = new Map(present.map((one) => [one.id, read(one, lines)]))
    while (!signal.aborted) {
      await context.clock.sleep(lookEvery, signal).catch(() => {})
      if (signal.aborted) break
      for (const one of await list()) if (!followed.has(one.id)) followed.set(one.id, read(one, 'all'))
    }
    await Promise.all(followed.values())
  })
}
