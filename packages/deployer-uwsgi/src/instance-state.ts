/** What an instance is doing, from its files and the process table. */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { instanceFile, type Layout } from './layout.ts'
import { parseInstanceName } from './instance-name.ts'
import { workerKind } from './worker-kind.ts'
import { processesOf, readProcess, type Process } from './process-table.ts'

export interface InstanceState {
  readonly id: string
  readonly directory: string
  /** uWSGI's master, then whatever it started. */
  readonly master: Process | undefined
  /** Stays beside an attached command. */
  readonly supervisor: Process | undefined
  /** Everything else: the command and its children, uWSGI's workers, running cron jobs. */
  readonly work: readonly Process[]
  /** How often uWSGI was started. */
  readonly starts: number
  /** How often a native worker's processes set out to load the app, until it was ready. */
  readonly loads: number
  /** How the command ended, if it did since uWSGI was started. */
  readonly exitCode: number | undefined
  readonly isReady: boolean
  readonly isStopping: boolean
}

/** How far an instance has come, without a look at the whole process table. */
export type Progress = Pick<InstanceState, 'starts' | 'loads' | 'exitCode' | 'isReady' | 'isStopping'> & {
  readonly masterPid: number | undefined
  readonly masterRuns: boolean
}

export async function readProgress(layout: Layout, id: string): Promise<Progress> {
  const directory = join(layout.instances, id)
  const [starts, loads, exit, isReady, isStopping] = await Promise.all([
    readText(join(directory, instanceFile.starts)),
    readText(join(directory, instanceFile.loads)),
    readText(join(directory, instanceFile.exit)),
    exists(join(directory, instanceFile.ready)),
    exists(join(directory, instanceFile.stopping)),
  ])
  const pids = starts.split('\n').filter(Boolean).map(Number)
  const masterPid = pids.at(-1)
  // After its pid was read, or a process that has just started would seem to have ended.
  const master = masterPid === undefined ? undefined : await readProcess(masterPid)
  return {
    starts: pids.length,
    loads: loads.split('\n').filter(Boolean).length,
    exitCode: /^\d+\s*$/.test(exit) ? Number(exit) : undefined,
    isReady,
    isStopping,
    masterPid,
    // While a process becomes another program, its environment reads as empty.
    masterRuns: master !== undefined && (master.instance === directory || (master.instance === '' && master.emperor === '')),
  }
}

export async function readState(layout: Layout, id: string, all: readonly Process[]): Promise<InstanceState> {
  const directory = join(layout.instances, id)
  const progress = await readProgress(layout, id)
  const members = processesOf(directory, all)
  const master = members.find((one) => one.pid === progress.masterPid)
  const kind = workerKind(parseInstanceName(id)?.worker ?? '')
  const [isAttached, isCron] = [kind === 'web' || kind === 'daemon', kind === 'cron']
  const leads = (one: Process): boolean =>
    master !== undefined && one.parent === master.pid && one.session === one.pid && one.instance === directory
  const supervisor = isAttached ? members.find(leads) : undefined
  // uWSGI starts it in a session of its own, and `env -i` has taken the mark.
  const rotates = (one: Process): boolean => one.parent === master?.pid && one.session === one.pid && one.instance === '' && !isCron
  const work = members.filter((one) => one !== master && one !== supervisor && !rotates(one))
  return { id, directory, master, supervisor, work, ...progress }
}

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
