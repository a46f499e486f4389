/** What tasks have printed, on whichever node they run: the manager fetches it. */
import type { DeploymentContext, LogRequest } from '@hop3/core'
import { readTaskLog } from '../container-logs.ts'
import type { Engine } from '../engine.ts'
import { readInstances } from '../live-logs.ts'
import { withManager } from './manager.ts'
import { isWanted, listTasks, type Task } from './services.ts'
import { stackName } from './stack-names.ts'

/** Milliseconds: a node that does not answer tells nothing. */
const longestWait = 5_000

/** What a task printed at its end is still on its way for a moment. */
const mostTries = 3
const tryEvery = 300

/** The last lines that are not empty, for an error. */
export async function lastTaskLines({ clock, signal }: DeploymentContext, engine: Engine, id: string): Promise<readonly string[]> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestWait)])
  for (let tries = 1; ; tries += 1) {
    const lines: string[] = []
    await readTaskLog(engine, id, { tail: mostLines * 2, signal: limit, onLine: (line) => void lines.push(line) }).catch(() => {})
    const told = lines.filter((line) => line.trim() !== '').slice(-mostLines)
    if (told.length > 0 || tries === mostTries || limit.aborted) return told
    await clock.sleep(tryEvery, signal)
  }
}

const mostLines = 20

/** See `Deployer.logs`. */
export async function liveLogs(context: DeploymentContext, request: LogRequest): Promise<void> {
  await withManager(context, async ({ engine }) => {
    const list = async (): Promise<readonly Task[]> =>
      (await listTasks(engine, stackName(context)))
        .filter((one) => isWanted(one) && one.state === 'running' && (request.worker === undefined || one.worker === request.worker))
        .toSorted((one, other) => one.generation - other.generation || one.slot - other.slot)
    await readInstances(context, request, list, async ({ id, worker, slot }, { onLine, ...printed }) =>
      readTaskLog(engine, id, { ...printed, onLine: (text) => onLine({ worker, ordinal: slot, text }) }),
    )
  })
}
