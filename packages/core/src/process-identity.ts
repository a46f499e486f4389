/** Which process a pid means. A pid is given again, on another machine or in another container it means another process, and after a boot none. */
import { readFileSync } from 'node:fs'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { isObject } from './json.ts'
import { parseProcessStat, readProcessStat, type ProcessStat } from './process-facts.ts'

export interface ProcessIdentity {
  readonly pid: number
  /** See `ProcessStat`; empty where there is no /proc. */
  readonly started: string
  /** Empty where there is no /proc. */
  readonly boot: string
  /** Pids mean nothing across pid namespaces (containers). Empty where there is no /proc. */
  readonly pidNamespace: string
  readonly host: string
}

/** `unknown`: it was made on another machine or in another container, where this process cannot look. */
export type Liveness = 'alive' | 'dead' | 'unknown'

/** This process. `boot` overrides the machine's own boot id. */
export async function identifySelf(boot?: string): Promise<ProcessIdentity> {
  const [stat, bootId, pidNamespace] = await Promise.all([
    readProcessStat(process.pid),
    boot ?? readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ])
  return { pid: process.pid, started: stat?.started ?? '', boot: bootId.trim(), pidNamespace, host: hostname() }
}

/** The identity in something that was written down, or undefined when it is none. */
export function parseIdentity(value: unknown): ProcessIdentity | undefined {
  if (!isObject(value)) return undefined
  const { pid, started, boot, pidNamespace, host } = value
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined
  if (typeof started !== 'string' || typeof boot !== 'string' || typeof pidNamespace !== 'string' || typeof host !== 'string')
    return undefined
  return { pid, started, boot, pidNamespace, host }
}

/** Whether that process lives, as far as `self` can see. One boot is one machine, whatever it is called by now. */
export async function livenessOf(known: ProcessIdentity, self: ProcessIdentity): Promise<Liveness> {
  if (known.boot === '' || known.boot !== self.boot) {
    if (known.host !== self.host) return 'unknown'
    if (known.boot !== self.boot) return 'dead'
  }
  if (known.pidNamespace !== self.pidNamespace) return 'unknown'
  const found = await look(known.pid)
  if (found === undefined || (found !== 'hidden' && found.isDefunct)) return 'dead'
  return found === 'hidden' || known.started === '' || known.started === found.started ? 'alive' : 'dead'
}

/** Whether some process of this pid lives. One that has ended does not, also when nobody has noticed its end. */
export async function isRunning(pid: number): Promise<boolean> {
  const found = await look(pid)
  return found === 'hidden' || found?.isDefunct === false
}

/** Signals what still is the same process. One that has gone is no error; throws the system's when it may not be signalled. */
export function signalProcess(known: Pick<ProcessIdentity, 'pid' | 'started'>, signal: NodeJS.Signals): void {
  if (isStillThere(known)) kill(known.pid, signal)
}

/** Signals the process group it leads, as `signalProcess`. */
export function signalGroup(leader: Pick<ProcessIdentity, 'pid' | 'started'>, signal: NodeJS.Signals): void {
  if (isStillThere(leader)) kill(-leader.pid, signal)
}

/** `hidden`: it is there, and nothing tells of it: there is no /proc, or this user may not look. */
async function look(pid: number): Promise<ProcessStat | 'hidden' | undefined> {
  if (!exists(pid)) return undefined
  const stat = await readProcessStat(pid)
  return stat ?? (exists(pid) ? 'hidden' : undefined)
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Looks right before the signal, without giving up the thread: the pid may have gone to another process. */
function isStillThere({ pid, started }: Pick<ProcessIdentity, 'pid' | 'started'>): boolean {
  try {
    return started === '' || parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.started === started
  } catch {
    return false
  }
}

function kill(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
