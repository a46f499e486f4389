/** Brings up what is wanted beside what runs, waits until it is healthy, or takes it away again. */
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
import { join } from 'node:path'
import { composeUp, findCompose, type ComposeProgram } from './compose-program.ts'
import { bytesOf, composeOptions } from './compose-options.ts'
import { listContainers, type Container } from './containers.ts'
import { ensureServices, sayUnusedKeys } from './data-services/ensure-services.ts'
import { checkLocal } from './check-local.ts'
import { openEngine, expectStatus, type Engine } from './engine.ts'
import { waitForContainer, type StartedInstance } from './gate.ts'
import { addHealthy, readHealthy } from './healthy-record.ts'
import { findImage, type Image } from './image.ts'
import { layoutOf, projectFile } from './layout.ts'
import { ensureNetwork } from './network.ts'
import { prepareProject, type PreparedProject } from './prepare-project.ts'
import { removeWithLeftovers } from './remove-with-leftovers.ts'
import { stopContainer, sweepProjects } from './stop-containers.ts'
import { upFailure } from './up-failure.ts'
import { wantedInstances, type WantedInstance } from './wanted-instances.ts'

/** See `Deployer.deploy`. */
export async function deploy(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<DeploymentInfo> {
  const wanted = wantedInstances(context, artifact, deltas)
  const engine = await openEngine(context)
  try {
    checkLocal(engine, context)
    const running = await runningOf(context, engine, wanted)
    const absent = wanted.filter((one) => !running.has(one.service))
    const started = absent.length === 0 ? new Map<string, Upstream>() : await start({ context, artifact, engine }, wanted, absent)
    return informationOf(artifact, wanted, new Map([...running, ...started]))
  } finally {
    engine.host.close()
  }
}

export const isOf = (wanted: WantedInstance, one: Container): boolean =>
  one.owner === undefined &&
  one.worker === wanted.worker &&
  one.ordinal === wanted.ordinal &&
  one.release === wanted.release &&
  one.generation === wanted.generation

/** Those that have passed the gate and still run, by service, with their addresses. */
async function runningOf(
  context: DeploymentContext,
  engine: Engine,
  wanted: readonly WantedInstance[],
): Promise<ReadonlyMap<string, Upstream>> {
  const project = wanted[0]?.project
  if (project === undefined) return new Map()
  const healthy = await readHealthy(join(layoutOf(context.directories.home, context.appName).projects, project))
  const containers = await listContainers(engine, context)
  return new Map(
    wanted.flatMap((one) => {
      const found = containers.find((container) => isOf(one, container) && container.state === 'running' && healthy.has(container.id))
      const upstream = found && healthy.get(found.id)
      return upstream === undefined ? [] : [[one.service, upstreamOf(upstream)] as const]
    }),
  )
}

interface Starting {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly engine: Engine
}

async function start(
  starting: Starting,
  wanted: readonly WantedInstance[],
  absent: readonly WantedInstance[],
): Promise<ReadonlyMap<string, Upstream>> {
  const { context, artifact, engine } = starting
  context.signal.throwIfAborted()
  const image = await findImage(context, engine, artifact)
  const program = await findCompose(context, engine)
  const network = await ensureNetwork(engine, context)
  if (absent.length === wanted.length) sayUnusedKeys(context)
  await ensureServices(context, engine, network)
  const project = await prepareProject({ context, artifact, engine, image, network }, wanted, absent[0]?.project ?? '')
  const bring = (instances: readonly WantedInstance[]) => bringUp({ ...starting, image, program, project }, instances)
  let suspended: readonly Container[] = []
  try {
    const upstreams = [...(await bring(absent.filter(({ kind }) => kind !== 'cron')))]
    const crons = absent.filter(({ kind }) => kind === 'cron')
    // Never in two releases at once: those of the others rest while the new ones start, and come back if that fails.
    if (crons.length > 0) suspended = await suspendCrons(context, engine)
    upstreams.push(...(await bring(crons)))
    return new Map(upstreams)
  } catch (error) {
    const failure = toHop3Error(error, `Cannot start ${context.appName}`)
    await undoStart(context, () => removeInstances(context, engine, absent))
    await undoStart(context, () => sweepProjects(context, engine, new Set()))
    for (const one of suspended) await undoStart(context, () => startAgain(engine, one))
    throw failure
  }
}

interface Bringing extends Starting {
  readonly image: Image
  readonly program: ComposeProgram
  readonly project: PreparedProject
}

async function bringUp(
  { image, program, project, ...starting }: Bringing,
  instances: readonly WantedInstance[],
): Promise<readonly (readonly [string, Upstream])[]> {
  if (instances.length === 0) return []
  const { context, artifact, engine } = starting
  // Mostly nothing is there. What is, may be serving all the same: its record is damaged.
  await removeInstances(context, engine, instances, true)
  for (const { worker, ordinal, release } of instances) context.log.info(`Starting ${worker}.${ordinal} of ${release}.`)
  const services = instances.map(({ service }) => service)
  const up = await composeUp(context, engine, program, {
    project: project.name,
    directory: project.directory,
    file: projectFile.document,
    services,
  })
  const containers = await listContainers(engine, context)
  const made = instances.flatMap((wanted): readonly StartedInstance[] => {
    const found = containers.find((container) => isOf(wanted, container))
    return found === undefined ? [] : [{ wanted, id: found.id, port: project.ports.get(wanted.service) }]
  })
  if (up.exitCode !== 0 || made.length < instances.length) throw await upFailure({ context, artifact, engine, image }, up, made)
  await Promise.all(made.map(({ id, wanted }) => limit(engine, context, id, wanted)))
  // One that fails leaves the others no reason to go on.
  const gate = new AbortController()
  const gated = { ...context, signal: AbortSignal.any([context.signal, gate.signal]) }
  const healthy = made.map(async (one) => [one, await waitForContainer({ context: gated, artifact, engine, image }, one)] as const)
  try {
    const passed = await Promise.all(healthy)
    await Promise.all(made.map(({ id }) => keepRunning(engine, id)))
    await addHealthy(project.directory, new Map(passed.map(([{ id }, upstream]) => [id, upstream])))
    return passed.map(([{ wanted }, healthy]) => [wanted.service, upstreamOf(healthy)])
  } catch (error) {
    gate.abort(error)
    await Promise.allSettled(healthy)
    throw error
  }
}

const upstreamOf = ({ address, port }: Upstream): Upstream => ({ address, port })

/** Compose 1.29 reads limits and sets none of them; for Compose 2 this changes nothing. */
async function limit(engine: Engine, context: DeploymentContext, id: string, { worker }: WantedInstance): Promise<void> {
  const { memory, cpus } = composeOptions(context.config, worker)
  if (memory === undefined && cpus === undefined) return
  const bytes = memory === undefined ? undefined : bytesOf(memory)
  const body = {
    ...(bytes === undefined ? {} : { Memory: bytes, MemorySwap: bytes * 2 }),
    ...(cpus === undefined ? {} : { NanoCpus: Math.round(Number(cpus) * 1e9) }),
  }
  expectStatus(await engine.ask('POST', `/containers/${id}/update`, { body }), [200, 404], `Cannot limit ${worker}`)
}

/** From here on the engine starts it again when it ends, and after the host's own restart. */
async function keepRunning(engine: Engine, id: string): Promise<void> {
  const body = { RestartPolicy: { Name: 'unless-stopped' } }
  expectStatus(await engine.ask('POST', `/containers/${id}/update`, { body }), [200], 'Cannot keep the new container running')
}

async function suspendCrons(context: DeploymentContext, engine: Engine): Promise<readonly Container[]> {
  const others = (await listContainers(engine, context)).filter(
    (one) =>
      one.worker.startsWith('cron') &&
      one.state === 'running' &&
      one.owner === undefined &&
      (one.release !== context.release.id || one.generation !== context.generation),
  )
  await Promise.all(others.map((one) => stopContainer(context, engine, one)))
  return others
}

async function startAgain(engine: Engine, { id, worker }: Container): Promise<void> {
  expectStatus(await engine.ask('POST', `/containers/${id}/start`), [204, 304, 404], `Cannot start ${worker} again`)
}

async function removeInstances(
  context: DeploymentContext,
  engine: Engine,
  instances: readonly WantedInstance[],
  drain = false,
): Promise<void> {
  const containers = await listContainers(engine, context)
  const theirs = containers.filter((container) => instances.some((one) => isOf(one, container)))
  await removeWithLeftovers(context, engine, theirs, { among: containers, drain })
}

function informationOf(
  artifact: BuildArtifact,
  wanted: readonly WantedInstance[],
  addresses: ReadonlyMap<string, Upstream>,
): DeploymentInfo {
  if (!Object.hasOwn(artifact.runtime.workers, 'web')) return noAddress
  const upstreams = wanted.filter(({ kind }) => kind === 'web').flatMap(({ service }) => addresses.get(service) ?? [])
  return addressOf(upstreams)
}
