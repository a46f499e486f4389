/**
 * Ends processes by a mark in the environment they were started with: it is what children have in common that have left the process group,
 * the session and the parent behind. What cleared its environment, or runs as another user, is not found; without /proc nothing is.
 */
import { readFileSync, statSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import type { Clock } from './command.ts'
import { processIds, readProcessStat, variableIn } from './process-facts.ts'
import { signalProcess } from './process-identity.ts'

export interface MarkedProcess {
  readonly pid: number
  /** See `ProcessStat`. */
  readonly started: string
}

export interface MarkedSearch {
  /** Name of the variable. */
  readonly name: string
  /** Of its value: whether the process is to end. */
  readonly isMarked: (value: string) => boolean
  readonly clock: Clock
}

/**
 * Asks first, and after two seconds no more. Resolves to those it has ended, and to those that still ran 15 seconds after the first was
 * found; this process is never one of them.
 */
export async function endMarked({
  name,
  isMarked,
  clock,
}: MarkedSearch): Promise<Readonly<Record<'ended' | 'immortal', readonly number[]>>> {
  const asked = new Map<string, number>()
  if (!(await seesOwnProcesses())) return { ended: [], immortal: [] }
  const begun = clock.monotonic()
  for (let clean = 0; clean < cleanLooks;) {
    const found = await findMarked(name, isMarked)
    const elapsed = clock.monotonic() - begun
    clean = found.length === 0 ? clean + 1 : 0
    const pids = found.map(({ pid }) => pid)
    if (found.length > 0 && elapsed > longestEnd) return { ended: [...asked.values()].filter((pid) => !pids.includes(pid)), immortal: pids }
    for (const one of found) {
      const identity = `${one.pid} ${one.started}`
      if (elapsed >= patience) signal(one, 'SIGKILL')
      else if (!asked.has(identity)) signal(one, 'SIGTERM')
      asked.set(identity, one.pid)
    }
    if (clean < cleanLooks) await clock.sleep(asked.size === 0 ? shortPause : pollInterval)
  }
  return { ended: [...asked.values()], immortal: [] }
}

const pollInterval = 50
/** Mostly there is nothing to end. */
const shortPause = 5
const patience = 2000
const longestEnd = 15_000
/** A process that is just being replaced by its program has no environment, and a list of processes is not of one moment. */
const cleanLooks = 2

/** A /proc of another pid namespace would lead signals astray. */
async function seesOwnProcesses(): Promise<boolean> {
  return (await readlink('/proc/self').catch(() => '')) === String(process.pid)
}

async function findMarked(name: string, isMarked: (value: string) => boolean): Promise<readonly MarkedProcess[]> {
  const found: MarkedProcess[] = []
  for (const pid of await processIds()) {
    if (pid === process.pid || !bearsMark(pid, name, isMarked)) continue
    const stat = await readProcessStat(pid)
    // Asked again: the pid may have gone to another process before its start was read.
    if (stat !== undefined && !stat.isDefunct && isOurs(pid) && bearsMark(pid, name, isMarked)) found.push({ pid, started: stat.started })
  }
  return found
}

/** Synchronous, because a host has hundreds of processes and a build looks after every phase. Others' processes cannot be read. */
function bearsMark(pid: number, name: string, isMarked: (value: string) => boolean): boolean {
  try {
    const value = variableIn(readFileSync(`/proc/${pid}/environ`, 'utf8'), name)
    return value !== undefined && isMarked(value)
  } catch {
    return false
  }
}

/** Root may read everybody's. */
function isOurs(pid: number): boolean {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === process.geteuid?.()
}

function signal(one: MarkedProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    signalProcess(one, name)
  } catch {
    // It is not ours to signal, which the next look shows.
  }
}
