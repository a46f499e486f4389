/** What runs, read from the process table and the instances' files. Starts nothing. */
import { join } from 'node:path'
import type { DeploymentContext, WorkerState, WorkerStatus } from '@hop3/core'
import { readArguments } from '@hop3/core/processes'
import { formatUpstream } from '@hop3/releases'
import { findEmperor, vassalIds } from './emperor.ts'
import { parseInstanceName } from './instance-name.ts'
import { readRecord } from './instance-record.ts'
import { readState, type InstanceState } from './instance-state.ts'
import { layoutOf } from './layout.ts'
import { readProcesses } from './process-table.ts'
import { instancesOf } from './stop-instances.ts'
import { workerKind } from './worker-kind.ts'

/** See `Deployer.status`. */
export async function status(context: DeploymentContext): Promise<readonly WorkerStatus[]> {
  const layout = layoutOf(context.directories.home)
  const [ids, vassals, all] = await Promise.all([instancesOf(layout, context.appName), vassalIds(layout), readProcesses()])
  const found = await Promise.all(
    ids.map(async (id): Promise<readonly WorkerStatus[]> => {
      const name = parseInstanceName(id)
      if (name === undefined) return []
      const [record, state] = await Promise.all([readRecord(join(layout.instances, id)), readState(layout, id, all)])
      const address = record?.healthyAt?.address ? formatUpstream(record.healthyAt) : ''
      const worker = workerStateOf(state, {
        isWanted: vassals.includes(id),
        wasHealthy: Boolean(record?.healthyAt),
        isCron: workerKind(name.worker) === 'cron',
      })
      return [{ ...name, state: worker, pid: await pidOf(state), address }]
    }),
  )
  return found.flat().toSorted(byName)
}

/** See `Deployer.outage`. */
export async function outage(context: DeploymentContext): Promise<string | undefined> {
  const layout = layoutOf(context.directories.home)
  const isWanted = (await vassalIds(layout)).some((id) => parseInstanceName(id)?.app === context.appName)
  return isWanted && (await findEmperor(layout)) === undefined ? 'the uWSGI Emperor is gone' : undefined
}

interface Seen {
  readonly isWanted: boolean
  readonly wasHealthy: boolean
  readonly isCron: boolean
}

function workerStateOf(state: InstanceState, { isWanted, wasHealthy, isCron }: Seen): WorkerState {
  const works = state.work.length > 0 || (isCron && state.master !== undefined)
  if (!isWanted || state.isStopping) return works && !state.isStopping ? 'running' : 'stopped'
  if (works) return wasHealthy ? 'running' : 'starting'
  return state.starts === 0 ? 'starting' : 'failing'
}

/** The app's own process: what the supervisor's command runs, or uWSGI's first worker; with neither, uWSGI's master. */
async function pidOf({ master, supervisor, work }: InstanceState): Promise<number | null> {
  const own = work.find((one) => one.parent === (supervisor ?? master)?.pid)
  if (own === undefined || supervisor === undefined) return own?.pid ?? master?.pid ?? null
  const [child, ...others] = work.filter((one) => one.parent === own.pid)
  return child !== undefined && others.length === 0 && (await isShell(own.pid)) ? child.pid : own.pid
}

/** Whether it is the shell that reads the command: some replace themselves with it, some stay. */
async function isShell(pid: number): Promise<boolean> {
  const [program, option] = await readArguments(pid)
  return program === '/bin/sh' && option === '-c'
}

function byName(one: WorkerStatus, other: WorkerStatus): number {
  const text = (status: WorkerStatus): string =>
    `${status.worker}\0${String(status.generation).padStart(15, '0')}\0${String(status.ordinal).padStart(5, '0')}`
  return text(one) < text(other) ? -1 : 1
}
