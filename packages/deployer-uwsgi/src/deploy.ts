/** Brings up what is wanted beside what runs, waits until it is healthy, or takes it away again. */
import { join } from 'node:path'
import {
  addressOf,
  noAddress,
  toHop3Error,
  undoStart,
  type BuildArtifact,
  type Deltas,
  type DeploymentContext,
  type DeploymentInfo,
  type Upstream,
} from '@hop3/core'
import { besideKeeper } from './beside-keeper.ts'
import { otherCrons, resumeCrons, suspendCrons } from './cron-handover.ts'
import { addVassal, ensureEmperor, findEmperor, prepareLayout, vassalIds } from './emperor.ts'
import { waitForInstance } from './instance-health.ts'
import { readRecord, writeRecord } from './instance-record.ts'
import { readState } from './instance-state.ts'
import { layoutOf, type Layout } from './layout.ts'
import { prepareInstance, writeInstance, type PreparedInstance, type Programs } from './prepare-instance.ts'
import { readProcesses } from './process-table.ts'
import { rememberSettled } from './settled-before.ts'
import { stopInstances } from './stop-instances.ts'
import { findNativeProgram, findProgram } from './uwsgi-program.ts'
import { wantedInstances, type WantedInstance } from './wanted-instances.ts'
import { hasAddress, processWorkers } from './worker-kind.ts'

/** See `Deployer.deploy`. */
export async function deploy(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<DeploymentInfo> {
  const layout = layoutOf(context.directories.home)
  const wanted = wantedInstances(context, artifact, deltas)
  const running = await runningOf(layout, wanted)
  const absent = wanted.filter((one) => !running.has(one.id))
  const started = absent.length === 0 ? new Map<string, Upstream>() : await start(context, artifact, layout, absent)
  return informationOf(artifact, wanted, new Map([...running, ...started]))
}

/** Those that have passed the gate and still run, with their addresses. */
async function runningOf(layout: Layout, wanted: readonly WantedInstance[]): Promise<ReadonlyMap<string, Upstream>> {
  const [vassals, emperor] = await Promise.all([vassalIds(layout), findEmperor(layout)])
  // Without it they are dying.
  if (emperor === undefined) return new Map()
  const all = await readProcesses()
  const found = await Promise.all(
    wanted.map(async ({ id, kind }): Promise<readonly (readonly [string, Upstream])[]> => {
      const record = await readRecord(join(layout.instances, id))
      if (!record?.healthyAt || !vassals.includes(id)) return []
      const state = await readState(layout, id, all)
      const runs = state.master !== undefined && !state.isStopping && (kind === 'cron' || state.work.length > 0)
      return runs ? [[id, record.healthyAt]] : []
    }),
  )
  return new Map(found.flat())
}

async function start(
  context: DeploymentContext,
  artifact: BuildArtifact,
  layout: Layout,
  absent: readonly WantedInstance[],
): Promise<ReadonlyMap<string, Upstream>> {
  context.signal.throwIfAborted()
  const programs = findOnce(context, artifact, layout)
  const prepared: PreparedInstance[] = []
  for (const one of absent) prepared.push(await prepareInstance({ context, artifact, layout, programs }, one))
  const isCron = (one: PreparedInstance): boolean => one.wanted.kind === 'cron'
  const others = prepared.filter((one) => !isCron(one))
  const crons = prepared.filter(isCron)
  let suspended: readonly string[] = []
  try {
    const upstreams = [...(await bringUp(context, artifact, layout, programs, others))]
    if (crons.length > 0) {
      suspended = await otherCrons(context, layout)
      await suspendCrons(context, layout, suspended)
    }
    upstreams.push(...(await bringUp(context, artifact, layout, programs, crons)))
    return new Map(upstreams)
  } catch (error) {
    const failure = toHop3Error(error, `Cannot start ${context.appName}`)
    const started = absent.map(({ id }) => id)
    await undoStart(context, () => stopInstances(context, layout, started, { drain: false }))
    await undoStart(context, () => resumeCrons(context, layout, suspended, programs.attached))
    throw failure
  }
}

async function bringUp(
  context: DeploymentContext,
  artifact: BuildArtifact,
  layout: Layout,
  programs: Programs,
  prepared: readonly PreparedInstance[],
): Promise<readonly (readonly [string, Upstream])[]> {
  if (prepared.length === 0) return []
  await prepareLayout(layout)
  const stale = prepared.map(({ wanted }) => wanted.id)
  // Mostly nothing is there. What is, may be serving all the same: its record is damaged, or its vassal file is gone.
  const answering = new Map(prepared.map(({ wanted, record }) => [wanted.id, record]))
  await stopInstances(context, layout, stale, { drain: true, answering })
  for (const one of prepared) await writeInstance(one)
  for (const id of stale) await addVassal(layout, id)
  await ensureEmperor(context, layout, programs.attached)
  for (const { wanted } of prepared) context.log.info(`Starting ${wanted.worker}.${wanted.ordinal} of ${wanted.release}.`)
  // Another command may have dismissed the Emperor between its look at the vassal files and ours, and somebody may kill it.
  const keep = (): Promise<void> => ensureEmperor(context, layout, programs.attached)
  return besideKeeper(context, keep, async (signal) => {
    const gated = { ...context, signal }
    const healthy = prepared.map(async (one) => [one.wanted.id, await waitForInstance(gated, artifact, layout, one)] as const)
    await Promise.allSettled(healthy)
    const upstreams = await Promise.all(healthy)
    const records = new Map(prepared.map((one) => [one.wanted.id, one]))
    for (const [id, healthyAt] of upstreams) {
      const one = records.get(id)
      if (one !== undefined) await writeRecord(one.directory, { ...one.record, healthyAt })
    }
    const settled = prepared.filter(({ wanted }) => !hasAddress(wanted.worker)).map((one) => one.settledName)
    if (settled.length > 0) await rememberSettled(context, layout, settled)
    return upstreams
  })
}

function findOnce(context: DeploymentContext, artifact: BuildArtifact, layout: Layout): Programs {
  const once = <T>(find: () => Promise<T>): (() => Promise<T>) => {
    let found: Promise<T> | undefined
    return () => (found ??= find())
  }
  return {
    attached: once(() => findProgram(context, layout)),
    native: once(() => findNativeProgram(context, layout, artifact)),
  }
}

function informationOf(
  artifact: BuildArtifact,
  wanted: readonly WantedInstance[],
  addresses: ReadonlyMap<string, Upstream>,
): DeploymentInfo {
  if (!Object.keys(processWorkers(artifact.runtime.workers)).some(hasAddress)) return noAddress
  const upstreams = wanted.filter((one) => hasAddress(one.worker)).flatMap(({ id }) => addresses.get(id) ?? [])
  return addressOf(upstreams)
}
