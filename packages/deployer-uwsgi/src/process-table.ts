/** The processes of this machine as /proc shows them. Instances and Emperors are known by a variable in their environment, never by name. */
import { readdir, readFile } from 'node:fs/promises'

export interface Process {
  readonly pid: number
  readonly parent: number
  readonly session: number
  /** Path of the instance's directory, from HOP3_INSTANCE. */
  readonly instance: string
  /** Path of the Emperor's directory, from HOP3_EMPEROR. */
  readonly emperor: string
}

/** Every living process; zombies have ended. */
export async function readProcesses(): Promise<readonly Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map((pid) => readProcess(Number(pid))))
  return found.filter((one) => one !== undefined)
}

/** Undefined when there is no such process any more. Fields: proc_pid_stat(5); the name in field 2 may hold anything. */
export async function readProcess(pid: number): Promise<Process | undefined> {
  const [stat, environment] = await Promise.all([readText(`/proc/${pid}/stat`), readText(`/proc/${pid}/environ`)])
  const [state = '', parent = '', , session = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === '' || state === 'Z' || state === 'X') return undefined
  return {
    pid,
    parent: Number(parent),
    session: Number(session),
    instance: variableIn(environment, 'HOP3_INSTANCE'),
    emperor: variableIn(environment, 'HOP3_EMPEROR'),
  }
}

/** The processes of an instance: those that carry its mark, their descendants, and who shares a session with a leader of theirs. */
export function processesOf(instancePath: string, all: readonly Process[]): readonly Process[] {
  const members = new Map(all.filter((one) => one.instance === instancePath).map((one) => [one.pid, one]))
  const foreign = (one: Process): boolean => one.emperor !== '' || (one.instance !== '' && one.instance !== instancePath)
  for (let grown = true; grown;) {
    // A process may have cleared its environment; the session of a member that leads one is the member's own.
    const found = all.filter((one) => !members.has(one.pid) && (members.has(one.parent) || members.has(one.session)) && !foreign(one))
    for (const one of found) members.set(one.pid, one)
    grown = found.length > 0
  }
  return [...members.values()]
}

/** Signals what still is the same process. A process that has gone meanwhile is no error. */
export async function signalProcess(known: Process, signal: NodeJS.Signals): Promise<void> {
  const now = await readProcess(known.pid)
  if (now === undefined || now.instance !== known.instance || now.emperor !== known.emperor) return
  kill(known.pid, signal)
}

/** Signals the process group `leader` leads. A group that has gone is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  kill(-leader, signal)
}

function kill(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function variableIn(environment: string, name: string): string {
  const found = environment.startsWith(`${name}=`) ? 0 : environment.indexOf(`\0${name}=`) + 1
  if (found === 0 && !environment.startsWith(`${name}=`)) return ''
  const start = found + name.length + 1
  const end = environment.indexOf('\0', start)
  return environment.slice(start, end === -1 ? undefined : end)
}

/** Processes end while they are being looked at, and others' cannot be read: what cannot be read is not there. */
const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
