/** The gate every new container passes, and the error that says why one did not. */
import { hop3Error, printable, visible, type BuildArtifact, type DeploymentContext, type Hop3Error, type Upstream } from '@hop3/core'
import { describeHealth, waitHealthy, type HealthProbe } from '@hop3/releases'
import { acceptsConnection } from './accepts.ts'
import { lastLines } from './container-logs.ts'
import { inspectContainer, type Inspected } from './containers.ts'
import type { Engine } from './engine.ts'
import type { HealthyContainer } from './healthy-record.ts'
import type { Image } from './image.ts'
import { listeningIn, seesListening } from './listening.ts'
import { cannotRun, isCannotRun, missingProgram } from './up-failure.ts'
import type { WantedInstance } from './wanted-instances.ts'

export interface StartedInstance {
  readonly wanted: WantedInstance
  /** Undefined when Compose made none. */
  readonly id: string
  /** On the host's loopback. */
  readonly port: number | undefined
}

export interface GateRequest {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly engine: Engine
  readonly image: Image
}

/** Resolves to its address (empty where it has none) once it is healthy. Throws `health.*`. */
export async function waitForContainer(request: GateRequest, instance: StartedInstance): Promise<HealthyContainer> {
  const { context, artifact, image } = request
  const deadline = context.clock.monotonic() + artifact.runtime.healthcheckTimeout * 1000
  if (instance.port === undefined) {
    await staysAlive(request, instance)
    return { address: '', port: null, pid: (await alive(request, instance)).pid }
  }
  await untilAccepting(request, instance, instance.port, deadline)
  const upstream = { address: '127.0.0.1', port: instance.port }
  if (artifact.runtime.healthcheckPath !== '') await untilAnswering(request, instance, upstream, deadline)
  if (image.hasHealthcheck) await untilChecked(request, instance, deadline)
  // Asked again: it may have ended since.
  return { ...upstream, pid: (await alive(request, instance)).pid }
}

/** Milliseconds a worker without an address has to stay: longer than it takes to find out that a setting or a library is missing. */
const settleTime = { worker: 800, cron: 250, web: 800 } as const

async function staysAlive(request: GateRequest, instance: StartedInstance): Promise<void> {
  const { clock, signal } = request.context
  const end = clock.monotonic() + settleTime[instance.wanted.kind]
  for (;;) {
    await alive(request, instance)
    const left = end - clock.monotonic()
    if (left <= 0) return
    await clock.sleep(Math.min(100, Math.ceil(left)), signal)
  }
}

async function alive(request: GateRequest, instance: StartedInstance): Promise<Inspected> {
  const { context, engine } = request
  const seen = await inspectContainer(engine, instance.id, context.signal)
  if (seen?.isRunning === true && seen.restarts === 0) return seen
  const exitCode = seen?.exitCode ?? null
  const why = seen?.outOfMemory === true ? ', out of memory,' : ''
  const said = seen === undefined ? 'was removed' : `ended${why} with exit code ${exitCode}`
  throw await failure(request, instance, 'health.exited', `${said} while it was starting`, { exitCode })
}

async function untilAccepting(request: GateRequest, instance: StartedInstance, port: number, deadline: number): Promise<void> {
  const { context, image } = request
  const { clock, signal } = context
  let accepted = 0
  for (let round = 0; ; round++) {
    const [seen, accepts] = await Promise.all([alive(request, instance), acceptsConnection(port)])
    accepted = accepts ? accepted + 1 : 0
    if (accepts) {
      const listens = await seesListening({ pid: seen.pid, id: instance.id }, image.port)
      if (listens === true || (listens === 'unknown' && accepted === enoughInARow)) return
    }
    const pause = Math.min(25 * 1.5 ** round, 500)
    if (clock.monotonic() + pause >= deadline) throw await notListening(request, instance, seen.pid)
    await clock.sleep(pause, signal)
  }
}

/** The engine's own proxy takes every connection, and on a busy host it finds out late that nobody listens behind it. */
const enoughInARow = 3

/** Told apart: nowhere, on another port, or where nobody outside of the container comes. */
async function notListening(request: GateRequest, instance: StartedInstance, pid: number): Promise<Hop3Error> {
  const { artifact, image } = request
  const sockets = await listeningIn(pid)
  const seconds = artifact.runtime.healthcheckTimeout
  const wanted = `port ${image.port} of the container ($PORT)`
  const listening = sockets.map(({ text }) => text)
  const details = { listening, port: image.port }
  if (sockets.some(({ port, isLoopback }) => port === image.port && isLoopback))
    return failure(
      request,
      instance,
      'health.loopback',
      `listens on ${listening.join(', ')} only, where nothing outside of its container can reach it`,
      details,
    )
  if (sockets.length > 0)
    return failure(request, instance, 'health.wrong-port', `listens on ${listening.join(', ')} instead of ${wanted}`, details)
  return failure(request, instance, 'health.timeout', `accepted no connection on ${wanted} within ${seconds} s`, details)
}

async function untilAnswering(request: GateRequest, instance: StartedInstance, upstream: Upstream, deadline: number): Promise<void> {
  const { context, artifact } = request
  const probe: HealthProbe = {
    candidates: [upstream],
    path: artifact.runtime.healthcheckPath,
    timeoutSeconds: Math.max(1, (deadline - context.clock.monotonic()) / 1000),
    clock: context.clock,
    signal: context.signal,
    isAlive: async () => (await alive(request, instance)).isRunning,
  }
  const outcome = await waitHealthy(probe)
  if (outcome.state === 'healthy') return
  const isStatus = outcome.state === 'unhealthy' && outcome.saw.startsWith('status ')
  const said = describeHealth(outcome, { ...probe, timeoutSeconds: artifact.runtime.healthcheckTimeout })
  throw await failure(request, instance, isStatus ? 'health.status' : 'health.timeout', said, {
    saw: 'saw' in outcome ? outcome.saw : outcome.state,
  })
}

/** The image's own HEALTHCHECK, where it has one. */
async function untilChecked(request: GateRequest, instance: StartedInstance, deadline: number): Promise<void> {
  const { clock, signal } = request.context
  for (;;) {
    const { health, healthOutput } = await alive(request, instance)
    if (health === 'healthy' || health === undefined) return
    const output = healthOutput.trim() === '' ? '' : ` (the check printed ${visible(healthOutput.trim())})`
    if (health === 'unhealthy')
      throw await failure(request, instance, 'health.unhealthy', `is unhealthy by its image's own HEALTHCHECK${output}`, {})
    if (clock.monotonic() >= deadline)
      throw await failure(
        request,
        instance,
        'health.timeout',
        `was not yet healthy by its image's own HEALTHCHECK after ${request.artifact.runtime.healthcheckTimeout} s${output}`,
        {},
      )
    await clock.sleep(100, signal)
  }
}

async function failure(
  { engine, context, image }: GateRequest,
  { wanted, id }: StartedInstance,
  problem: string,
  said: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<Hop3Error> {
  const { worker, ordinal, release } = wanted
  const lines = await lastLines(engine, id)
  const program = problem === 'health.exited' && isCannotRun(facts['exitCode']) ? missingProgram(lines) : undefined
  if (program !== undefined) return cannotRun(context.appName, program, image)
  const told =
    lines === ''
      ? 'It has printed nothing.'
      : `Its last lines:\n${lines
          .split('\n')
          .map((line) => `  ${printable(line)}`)
          .join('\n')}`
  return hop3Error(problem, `${worker}.${ordinal} of ${release} ${said}.\n${told}`, {
    hint: hintOf(problem, context.appName, worker),
    details: { worker, ordinal, release, ...facts },
  })
}

function hintOf(code: string, app: string, worker: string): string {
  const hints: Readonly<Record<string, string>> = {
    'health.exited': `Mend what its last lines show, then deploy again; \`hop3 logs ${app} --worker ${worker}\` has all of them.`,
    'health.loopback': 'Let the app listen on $BIND_ADDRESS, which is 0.0.0.0 in a container, then deploy again.',
    'health.wrong-port': 'Let the app listen on the port in $PORT, or name its own with EXPOSE in the Dockerfile, then deploy again.',
    'health.status': 'Let the health check path answer with a status from 200 to 399, or name another one: healthcheck in hop3.toml.',
    'health.unhealthy': 'Mend what the check in the Dockerfile (HEALTHCHECK) asks for, or the check.',
  }
  return hints[code] ?? 'If it needs longer to start, raise the time: start-timeout under [run] in hop3.toml.'
}
