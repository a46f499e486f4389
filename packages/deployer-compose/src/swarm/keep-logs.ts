/** The swarm forgets what tasks have printed with the tasks: their end goes to the worker's log, where `hop3 logs` reads. */
import type { DeploymentContext } from '@hop3/core'
import { readTaskLog } from '../container-logs.ts'
import type { Engine } from '../engine.ts'
import { keepLines, keptLines } from '../kept-log.ts'
import { listTasks, type Task } from './services.ts'

/** Milliseconds: a node that does not answer tells nothing. */
const longestWait = 5_000

export async function keepLogs(
  context: Pick<DeploymentContext, 'directories' | 'log'>,
  engine: Engine,
  stack: string,
  which: (task: Task) => boolean,
): Promise<void> {
  const ended = (await listTasks(engine, stack)).filter((task) => which(task) && task.container !== '')
  // All at once: of a node that does not answer it takes all the time there is.
  const read = await Promise.all(ended.map(async (task) => [task, await printed(engine, task)] as const))
  for (const [{ worker, slot }, lines] of read) {
    try {
      if (typeof lines === 'string') throw new Error(lines)
      await keepLines(context, `${worker}.${slot}`, lines)
    } catch (error) {
      context.log.debug(`Cannot keep the log of ${worker}.${slot}: ${String(error)}`)
    }
  }
}

/** Its lines, or why they cannot be had. */
async function printed(engine: Engine, { id }: Task): Promise<readonly string[] | string> {
  const lines: string[] = []
  try {
    await readTaskLog(engine, id, { tail: keptLines, signal: AbortSignal.timeout(longestWait), onLine: (line) => void lines.push(line) })
    return lines
  } catch (error) {
    return String(error)
  }
}
