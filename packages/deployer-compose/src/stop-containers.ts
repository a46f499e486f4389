/** Ends containers, by id: requests in flight first, then the image's stop signal, then whatever is left after the stop timeout. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { readTcpSockets } from '@hop3/core/processes'
import { readContainerLog } from './container-logs.ts'
import { listContainers, type Container } from './containers.ts'
import { expectStatus, type Engine } from './engine.ts'
import { keepLines, keptLines } from './kept-log.ts'
import { layoutOf } from './layout.ts'

export type Stopping = Pick<DeploymentContext, 'appName' | 'directories' | 'config' | 'clock' | 'log'>

export interface StopOptions {
  /** Wait, as long as the stop timeout at most, until nobody is connected: for instances that get no new requests. */
  readonly drain: boolean
}

/** Resolves when none of them is left. What is not there is no error. */
export async function removeContainers(
  context: Stopping,
  engine: Engine,
  containers: readonly Container[],
  { drain }: StopOptions,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    containers.map(async (one) => {
      if (drain && one.state === 'running') await drained(context, one)
      await stopContainer(context, engine, one)
      if (one.owner === undefined) await keepLog(context, engine, one)
      // Anonymous volumes of the image go with their only container.
      const answer = await engine.ask('DELETE', `/containers/${one.id}?force=true&v=true`)
      // 409: it is being removed already.
      expectStatus(answer, [204, 404, 409], `Cannot remove ${nameOf(one)} of ${context.appName}`)
    }),
  )
  const failed = outcomes.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** Leaves it there, to be started again. */
export async function stopContainer({ appName, config, log, clock }: Stopping, engine: Engine, one: Container): Promise<void> {
  if (one.state === 'created' || one.state === 'exited' || one.state === 'dead') return
  const began = clock.monotonic()
  const answer = await engine.ask('POST', `/containers/${one.id}/stop?t=${Math.ceil(config.stopTimeout)}`, {
    within: config.stopTimeout + 60,
  })
  expectStatus(answer, [204, 304, 404], `Cannot stop ${nameOf(one)} of ${appName}`)
  if (clock.monotonic() - began >= config.stopTimeout * 1000)
    log.warn(`${nameOf(one)} did not end within ${config.stopTimeout} s of SIGTERM and was killed.`)
}

/** Removes the directories of projects that have no container any more. */
export async function sweepProjects(context: Stopping, engine: Engine, kept: ReadonlySet<string>): Promise<void> {
  const { projects } = layoutOf(context.directories.home, context.appName)
  const inUse = new Set((await listContainers(engine, context)).map(({ project }) => project))
  for (const name of await orElse(readdir(projects), []))
    if (!inUse.has(name) && !kept.has(name)) await rm(join(projects, name), { recursive: true, force: true })
}

const nameOf = ({ worker, ordinal, release }: Container): string => `${worker}.${ordinal} of ${release}`

/** The engine's proxy holds the connections of the host's loopback. */
async function drained({ clock, config }: Stopping, { port }: Container): Promise<void> {
  if (port === undefined) return
  const deadline = clock.monotonic() + config.stopTimeout * 1000
  for (let pause = 10; clock.monotonic() < deadline; pause = Math.min(pause * 1.5, 100)) {
    if (!(await readTcpSockets('established')).some((one) => one.port === port)) return
    await clock.sleep(pause)
  }
}

/** The engine forgets what a container has printed with the container: its end goes to the worker's log, where `hop3 logs` reads. */
async function keepLog(context: Stopping, engine: Engine, { id, worker, ordinal }: Container): Promise<void> {
  const lines: string[] = []
  try {
    await readContainerLog(engine, id, { tail: keptLines, onLine: (line) => void lines.push(line) })
    await keepLines(context, `${worker}.${ordinal}`, lines)
  } catch (error) {
    context.log.debug(`Cannot keep the log of ${worker}.${ordinal}: ${String(error)}`)
  }
}
