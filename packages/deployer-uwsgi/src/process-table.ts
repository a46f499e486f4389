/** The processes of this machine as /proc shows them. Instances and Emperors are known by a variable in their environment, never by name. */
import { processIds, readEnvironment, readProcessStat, variableIn } from '@hop3/core/processes'

export interface Process {
  readonly pid: number
  readonly parent: number
  readonly session: number
  /** Tells it from a later process with the same pid. */
  readonly started: string
  /** Path of the instance's directory, from HOP3_INSTANCE. */
  readonly instance: string
  /** Path of the Emperor's directory, from HOP3_EMPEROR. */
  readonly emperor: string
}

/** Every living process; zombies have ended. */
export async function readProcesses(): Promise<readonly Process[]> {
  const found = await Promise.all((await processIds()).map(readProcess))
  return found.filter((one) => one !== undefined)
}

/** Undefined when there is no such process any more. */
export async function readProcess(pid: number): Promise<Process | undefined> {
  const [stat, environment] = await Promise.all([readProcessStat(pid), readEnvironment(pid)])
  if (stat === undefined || stat.isDefunct) return undefined
  const { parent, session, started } = stat
  const [instance = '', emperor = ''] = ['HOP3_INSTANCE', 'HOP3_EMPEROR'].map((name) => variableIn(environment, name))
  return { pid, parent, session, started, instance, emperor }
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
