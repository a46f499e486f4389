/** The swarm forgets what tasks have printed with the tasks: their end goes to the worker's log, where `hop3 logs` reads. */
import { appendFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import type { Engine } from '../engine.ts'
import { listTasks, type Task } from './services.ts'
import { readTaskLog } from './task-logs.ts'

const keptLines = 2_000
const longestLog = 10 * 1024 * 1024
/** Milliseconds: a node that does not answer tells nothing. */
const longestWait = 5_000

export async function keepLogs(
  { directories, log }: Pick<DeploymentContext, 'directories' | 'log'>,
  engine: Engine,
  stack: string,
  which: (task: Task) => boolean,
): Promise<void> {
  for (const { id, worker, slot, container } of (await listTasks(engine, stack)).filter(which)) {
    if (container === '') continue
    const path = join(directories.logs, `${worker}.${slot}.log`)
    const lines: string[] = []
    try {
      const signal = AbortSignal.timeout(longestWait)
      await readTaskLog(engine, id, { tail: keptLines, signal, onLine: (line) => void lines.push(`${line}\n`) })
      if (lines.length === 0) continue
      await appendFile(path, lines.join(''), { mode: 0o640 })
      if ((await stat(path)).size > longestLog) await rename(path, `${path}.1`)
    } catch (error) {
      log.debug(`Cannot keep the log of ${worker}.${slot}: ${String(error)}`)
    }
  }
}
