/**
 * Ends what a killed command left running. Every command of an operation leads a process group of its own, so nothing ends with the one
 * that started it; what they all have, children included, is `HOP3_OPERATION=<app>@<token>` in the environment they were started with.
 */
import { createHash } from 'node:crypto'
import { readlink, realpath, stat } from 'node:fs/promises'
import { hop3Error, type Clock } from '@hop3/core'
import { processIds, readEnvironment, readProcessStat, signalProcess, variableIn } from '@hop3/core/processes'
import { orElse } from './attempt.ts'

export interface OrphanSearch {
  /** The app's directory. */
  readonly root: string
  readonly appName: string
  /** Whose processes are left alone. */
  readonly token: string
  readonly clock: Clock
}

/** What the tokens of one app of one home begin with: another home may have an app of the same name. */
export async function operationMark(root: string): Promise<string> {
  return createHash('sha256')
    .update(await realpath(root))
    .digest('hex')
    .slice(0, 16)
}

/**
 * See `AppHome.endOrphans`. Asks first, and after two seconds no more. What cleared its environment, or runs as another user, is not found;
 * without /proc nothing is. Throws `environment.orphan` when a process outlives even that.
 */
export async function endOrphans(search: OrphanSearch): Promise<void> {
  const { appName, clock } = search
  const mark = `${appName}@${await orElse(operationMark(search.root), '')}`
  if (mark.endsWith('@') || !(await seesOwnProcesses())) return
  const asked = new Set<string>()
  const begun = clock.monotonic()
  for (let clean = 0; clean < cleanLooks;) {
    const orphans = await findOrphans(mark, `${appName}@${search.token}`)
    const elapsed = clock.monotonic() - begun
    clean = orphans.length === 0 ? clean + 1 : 0
    if (orphans.length > 0 && elapsed > longestEnd) throw immortal(appName, orphans)
    for (const orphan of orphans) {
      const identity = `${orphan.pid} ${orphan.started}`
      if (elapsed >= patience) signal(orphan, 'SIGKILL')
      else if (!asked.has(identity)) signal(orphan, 'SIGTERM')
      asked.add(identity)
    }
    if (clean < cleanLooks) await clock.sleep(pollInterval)
  }
}

interface Orphan {
  readonly pid: number
  readonly started: string
}

const pollInterval = 50
const patience = 2000
const longestEnd = 15_000
/** A process that is just being replaced by its program has no environment, and a list of processes is not of one moment. */
const cleanLooks = 2

/** A /proc of another pid namespace would lead signals astray. */
async function seesOwnProcesses(): Promise<boolean> {
  return (await readlink('/proc/self').catch(() => '')) === String(process.pid)
}

async function findOrphans(mark: string, ours: string): Promise<readonly Orphan[]> {
  const pids = (await processIds()).filter((pid) => pid !== process.pid)
  const found = await Promise.all(pids.map((pid) => asOrphan(pid, mark, ours)))
  return found.filter((one) => one !== undefined)
}

/** Undefined for everything else, and for what ends meanwhile. */
async function asOrphan(pid: number, mark: string, ours: string): Promise<Orphan | undefined> {
  const owner = await stat(`/proc/${pid}`).catch(() => undefined)
  if (owner?.uid !== process.geteuid?.()) return undefined
  const before = await readProcessStat(pid)
  const operation = variableIn(await readEnvironment(pid), 'HOP3_OPERATION')
  if (before === undefined || before.isDefunct || operation?.startsWith(mark) !== true || operation === ours) return undefined
  return { pid, started: before.started }
}

function signal(orphan: Orphan, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    signalProcess(orphan, name)
  } catch {
    // It is not ours to signal, which the next look shows.
  }
}

function immortal(appName: string, orphans: readonly Orphan[]): Error {
  const pids = orphans.map(({ pid }) => pid)
  return hop3Error(
    'environment.orphan',
    `Cannot end what an earlier, killed command on ${appName} left running: pid ${pids.join(', ')} still runs after SIGKILL.`,
    { hint: `See what it waits for: ps -o pid,stat,wchan,args -p ${pids.join(',')}`, details: { pids } },
  )
}
