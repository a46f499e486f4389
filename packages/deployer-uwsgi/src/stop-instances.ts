/** Ends instances: requests in flight first, then one SIGTERM, then whatever is left after the stop timeout. */
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import { isRunning, signalGroup, signalProcess } from '@hop3/core/processes'
import { isConnected } from './connections.ts'
import { vassalIds, wakeEmperor } from './emperor.ts'
import { parseInstanceName } from './instance-name.ts'
import { readRecord, type InstanceRecord } from './instance-record.ts'
import { readState, type InstanceState } from './instance-state.ts'
import { instanceFile, vassalFile, type Layout } from './layout.ts'
import { processesOf, readProcesses } from './process-table.ts'
import { tellMaster } from './tell-master.ts'
import { workerKind } from './worker-kind.ts'

type Host = Pick<DeploymentContext, 'clock' | 'log' | 'config'>

export interface StopOptions {
  /** Wait, as long as the stop timeout at most, until nobody is connected: for instances that get no new requests. */
  readonly drain: boolean
  /** Where instances answer whose own record is damaged. */
  readonly answering?: ReadonlyMap<string, Pick<InstanceRecord, 'port' | 'socket'>>
  /** Leave the directory, so that adding the vassal runs it again. */
  readonly keep?: boolean
}

/** Resolves when no process, vassal file, socket and (without `keep`) directory of any of them is left. What is not there is no error. */
export async function stopInstances(host: Host, layout: Layout, ids: readonly string[], options: StopOptions): Promise<void> {
  const outcomes = await Promise.allSettled(ids.map((id) => stopInstance(host, layout, id, options)))
  // Not before all have come to an end: whoever starts some again would meet those that are still being stopped.
  const failed = outcomes.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** Every instance of the app that has a file, a directory or a process. */
export async function instancesOf(layout: Layout, app: string): Promise<readonly string[]> {
  const [vassals, directories, processes] = await Promise.all([
    vassalIds(layout),
    readdir(layout.instances).catch(() => []),
    readProcesses(),
  ])
  const marks = processes.flatMap(({ instance }) =>
    instance.startsWith(`${layout.instances}/`) ? [instance.slice(layout.instances.length + 1)] : [],
  )
  return [...new Set([...vassals, ...directories, ...marks])].filter((id) => parseInstanceName(id)?.app === app).toSorted()
}

async function stopInstance(host: Host, layout: Layout, id: string, { drain, answering, keep = false }: StopOptions): Promise<void> {
  const directory = join(layout.instances, id)
  const record = (await readRecord(directory)) ?? answering?.get(id)
  const limit = host.config.stopTimeout * 1000
  if (drain && record !== undefined && (await hasWork(layout, id))) await waitWhile(host, limit, () => isConnected(record))
  // No start script does anything from here on, so nothing comes up behind our back.
  await writeFile(join(directory, instanceFile.stopping), '').catch(ignoreAbsent)
  const state = await readState(layout, id, await readProcesses())
  if (state.master !== undefined || state.work.length > 0) {
    await askToEnd(state)
    const isGone = await waitWhile(host, limit, () => hasWork(layout, id))
    if (!isGone) host.log.warn(`${id.split('@')[1]} did not end within ${host.config.stopTimeout} s of SIGTERM; killing it.`)
  }
  await rm(vassalFile(layout, id), { force: true })
  await wakeEmperor(layout)
  // What is left has no work: uWSGI's master, which would sleep for another second or two, and the supervisor.
  await waitWhile(host, 10_000, () => killAll(directory))
  // A process that was becoming another program showed no mark at that moment.
  await waitWhile(host, 10_000, () => killAll(directory))
  await wakeEmperor(layout)
  if (record?.socket) await rm(record.socket, { force: true })
  await rm(keep ? join(directory, instanceFile.stopping) : directory, { recursive: true, force: true })
}

async function hasWork(layout: Layout, id: string): Promise<boolean> {
  return (await readState(layout, id, await readProcesses())).work.length > 0
}

async function askToEnd(state: InstanceState): Promise<void> {
  const kind = workerKind(parseInstanceName(state.id)?.worker ?? '')
  if (kind === 'native' && state.isReady) return tellMaster(join(state.directory, instanceFile.fifo))
  // The whole group at once, as a terminal would; the supervisor, which leads it, stays to keep uWSGI from starting the command again.
  if (state.supervisor !== undefined && (await isRunning(state.supervisor.pid))) return signalGroup(state.supervisor, 'SIGTERM')
  for (const one of state.work) signalProcess(one, 'SIGTERM')
}

/** Whether there was anything left to kill. */
async function killAll(directory: string): Promise<boolean> {
  const left = processesOf(directory, await readProcesses())
  for (const one of left) signalProcess(one, 'SIGKILL')
  return left.length > 0
}

/** False when the condition still holds after `limit` milliseconds. */
async function waitWhile({ clock }: Host, limit: number, condition: () => Promise<boolean>): Promise<boolean> {
  const deadline = clock.monotonic() + limit
  for (let pause = 10; await condition(); pause = Math.min(pause * 1.5, 100)) {
    if (clock.monotonic() >= deadline) return false
    await clock.sleep(pause)
  }
  return true
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
