/** The containers of an app, found by our labels and nothing else: what others made is never seen, and so never touched. */
import type { DeploymentContext } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { expectStatus, type Engine } from './engine.ts'
import { homeMark, label } from './names.ts'
import type { InstanceName } from './wanted-instances.ts'

export interface Container extends InstanceName {
  readonly id: string
  /** `created`, `running`, `restarting`, `exited`, `paused`, `dead`. */
  readonly state: string
  /** Its own health check says no. */
  readonly isUnhealthy: boolean
  /** Of the host's loopback. */
  readonly port: number | undefined
  /** Of one that runs a single command: who started it. */
  readonly owner: string | undefined
}

/** Of any release and generation; one call. Services the app brings are none of them. */
export async function listContainers(
  engine: Engine,
  { appName, directories }: Pick<DeploymentContext, 'appName' | 'directories'>,
): Promise<readonly Container[]> {
  return listLabeled(engine, [`${label.home}=${homeMark(directories.home)}`, `${label.app}=${appName}`], `the containers of ${appName}`)
}

/** Of every app of the home; one call. */
export async function listAllContainers(engine: Engine, home: string): Promise<readonly Container[]> {
  return listLabeled(engine, [`${label.home}=${homeMark(home)}`], 'the containers of this home')
}

async function listLabeled(engine: Engine, labels: readonly string[], what: string): Promise<readonly Container[]> {
  const answer = await engine.ask('GET', `/containers/json?all=true&filters=${encodeURIComponent(JSON.stringify({ label: labels }))}`)
  expectStatus(answer, [200], `Cannot list ${what}`)
  return Array.isArray(answer.body) ? answer.body.flatMap(containerOf) : []
}

export interface Inspected {
  readonly isRunning: boolean
  readonly exitCode: number
  /** Times the engine has started it again. */
  readonly restarts: number
  /** On the engine's host; 0 when it does not run. */
  readonly pid: number
  readonly startedAt: string
  /** What the engine says about a container it could not start. */
  readonly error: string
  /** `starting`, `healthy`, `unhealthy`; undefined where the image has no check. */
  readonly health: string | undefined
  /** Output of the last check. */
  readonly healthOutput: string
  readonly outOfMemory: boolean
}

/** Undefined when there is none of that id any more. */
export async function inspectContainer(engine: Engine, id: string, signal?: AbortSignal): Promise<Inspected | undefined> {
  const answer = await engine.ask('GET', `/containers/${id}/json`, signal === undefined ? {} : { signal })
  if (answer.status === 404) return undefined
  expectStatus(answer, [200], `Cannot look at the container ${id.slice(0, 12)}`)
  const { State: state, RestartCount: restarts } = objectOf(answer.body)
  const { Running, ExitCode, Pid, StartedAt, Error: error, Health, OOMKilled, Restarting } = objectOf(state)
  const health = objectOf(Health)
  const checks = Array.isArray(health['Log']) ? health['Log'] : []
  return {
    isRunning: Running === true && Restarting !== true,
    exitCode: numberOf(ExitCode),
    restarts: numberOf(restarts),
    pid: numberOf(Pid),
    startedAt: textOf(StartedAt),
    error: textOf(error),
    health: isObject(Health) && health['Status'] !== 'none' ? textOf(health['Status']) : undefined,
    healthOutput: textOf(objectOf(checks.at(-1))['Output']),
    outOfMemory: OOMKilled === true,
  }
}

function containerOf(value: unknown): readonly Container[] {
  const { Id, State, Status, Labels, Ports } = objectOf(value)
  const labels = objectOf(Labels)
  const [worker, ordinal, release, generation] = [label.worker, label.ordinal, label.release, label.generation].map((name) =>
    textOf(labels[name]),
  )
  if (!worker || !ordinal || !release || !generation || typeof Id !== 'string') return []
  const owner = labels[label.owner]
  return [
    {
      id: Id,
      app: textOf(labels[label.app]),
      worker,
      ordinal: Number(ordinal),
      release,
      generation: Number(generation),
      project: textOf(labels['com.docker.compose.project']),
      service: textOf(labels['com.docker.compose.service']),
      state: textOf(State),
      isUnhealthy: textOf(Status).includes('(unhealthy)'),
      port: portOf(Ports),
      owner: typeof owner === 'string' ? owner : undefined,
    },
  ]
}

function portOf(ports: unknown): number | undefined {
  const found = Array.isArray(ports) ? ports.map((one) => objectOf(one)['PublicPort']).find((one) => typeof one === 'number') : undefined
  return typeof found === 'number' ? found : undefined
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
