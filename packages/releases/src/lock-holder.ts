/** Who holds a lock, and whether that process still lives. */
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

export interface Holder {
  readonly pid: number
  /** Clock ticks after boot at which the process started; empty where there is no /proc. Tells a recycled pid. */
  readonly started: string
  readonly boot: string
  /** Pids mean nothing across pid namespaces (containers). Empty where there is no /proc. */
  readonly pidNamespace: string
  readonly host: string
  readonly operation: string
  /** ISO 8601. */
  readonly since: string
  /** Unique to this holding of the lock. */
  readonly token: string
}

/** `unknown`: it was made on another machine or in another container, where this process cannot look. */
export type Liveness = 'alive' | 'dead' | 'unknown'

export interface Self {
  readonly pid: number
  readonly started: string
  readonly boot: string
  readonly pidNamespace: string
  readonly host: string
}

/** This process. `boot` overrides the machine's own boot id. */
export async function identifySelf(boot: string | undefined): Promise<Self> {
  const [stat, bootId, pidNamespace] = await Promise.all([
    readProcess(process.pid),
    boot ?? readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ])
  return { pid: process.pid, started: stat?.started ?? '', boot: bootId.trim(), pidNamespace, host: hostname() }
}

/** Whether the holder's process lives, as far as `self` can see. One boot is one machine, whatever it is called by now. */
export async function livenessOf(holder: Holder, self: Self): Promise<Liveness> {
  if (holder.boot === '' || holder.boot !== self.boot) {
    if (holder.host !== self.host) return 'unknown'
    if (holder.boot !== self.boot) return 'dead'
  }
  if (holder.pidNamespace !== self.pidNamespace) return 'unknown'
  if (!isRunning(holder.pid)) return 'dead'
  const found = await readProcess(holder.pid)
  if (found === undefined) return isRunning(holder.pid) ? 'alive' : 'dead'
  if (found.isDefunct) return 'dead'
  return holder.started === '' || holder.started === found.started ? 'alive' : 'dead'
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Undefined when there is no such process, or no /proc. */
export async function readProcess(pid: number): Promise<{ readonly started: string; readonly isDefunct: boolean } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const started = startOf(stat)
  return started === undefined ? undefined : { started, isDefunct: ['Z', 'X'].includes(fieldsOf(stat)[0] ?? '') }
}

/** When the process started, from its /proc/<pid>/stat. */
export function startOf(stat: string): string | undefined {
  return fieldsOf(stat)[19]
}

/** From field 3 on, see proc_pid_stat(5); the name in field 2 may hold anything. */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
