/**
 * The gate before the roll-out: one container of the new release, on this node, that no request reaches. What cannot come up is told apart
 * here, with its last lines, and nothing of what serves has been touched.
 */
import { join } from 'node:path'
import type { BuildArtifact, DeploymentContext } from '@hop3/core'
import { containerBody } from '../container-body.ts'
import { objectOf } from '../containers.ts'
import { expectStatus, type Engine } from '../engine.ts'
import { waitForContainer } from '../gate.ts'
import type { Image } from '../image.ts'
import { ownerLabel } from '../one-off.ts'
import type { ServiceInput } from '../service.ts'
import { cannotRun, missingProgram } from '../up-failure.ts'
import { listeningCheck } from './listening-check.ts'
import { stackFile } from './stack-names.ts'

export interface PreviewRequest {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly engine: Engine
  readonly image: Image
  readonly input: ServiceInput
  readonly network: string
  /** Of the generation: holds the secrets. */
  readonly directory: string
}

export interface Preview {
  readonly canCheck: boolean
  /** Seconds, upwards. */
  readonly bootSeconds: number
  /** Ends the container as gently as any. */
  end(): Promise<void>
}

/** Throws `health.*`, `deploy.compose.program` and `.no-shell`; nothing is left then. */
export async function preview(request: PreviewRequest): Promise<Preview> {
  const { context, artifact, engine, image, input } = request
  context.log.info(`Trying ${input.wanted.worker} of ${context.release.id}.`)
  const id = await create(request)
  const remove = async (seconds: number): Promise<void> => {
    if (seconds > 0) await engine.ask('POST', `/containers/${id}/stop?t=${seconds}`, { within: seconds + 60 })
    await engine.ask('DELETE', `/containers/${id}?force=true&v=true`)
  }
  try {
    const began = context.clock.monotonic()
    await start(request, id)
    const port = input.port === undefined ? undefined : await publishedPort(engine, id)
    await waitForContainer({ context, artifact, engine, image }, { wanted: input.wanted, id, port })
    const bootSeconds = Math.max(1, Math.ceil((context.clock.monotonic() - began) / 1000))
    const canCheck =
      !image.hasHealthcheck && input.port !== undefined && (await exitsWell(engine, id, listeningCheck(input.port.container)))
    return { canCheck, bootSeconds, end: () => remove(Math.ceil(context.config.stopTimeout)) }
  } catch (error) {
    await remove(0)
    throw error
  }
}

async function create({ context, engine, input, network, directory }: PreviewRequest): Promise<string> {
  const body = containerBody({ input, network, secrets: join(directory, stackFile.secrets), owner: await ownerLabel() })
  const answer = await engine.ask('POST', '/containers/create', { body })
  expectStatus(answer, [201], `Cannot make a container to try ${context.appName}`)
  return String(objectOf(answer.body)['Id'])
}

async function start({ context, engine, image }: PreviewRequest, id: string): Promise<void> {
  const answer = await engine.ask('POST', `/containers/${id}/start`)
  const { message } = objectOf(answer.body)
  const program = typeof message === 'string' ? missingProgram(message) : undefined
  if (program !== undefined) throw cannotRun(context.appName, program, image)
  expectStatus(answer, [204, 304], `Cannot start ${context.appName}`)
}

/** Undefined when it has ended already, which the gate tells. */
async function publishedPort(engine: Engine, id: string): Promise<number | undefined> {
  const answer = await engine.ask('GET', `/containers/${id}/json`)
  const ports = Object.values(objectOf(objectOf(objectOf(answer.body)['NetworkSettings'])['Ports'])).flat()
  const found = ports.map((one) => Number(objectOf(one)['HostPort'])).find((one) => one > 0)
  return found
}

async function exitsWell(engine: Engine, id: string, script: string): Promise<boolean> {
  const made = await engine.ask('POST', `/containers/${id}/exec`, {
    body: { Cmd: ['/bin/sh', '-c', script], AttachStdout: true, AttachStderr: true },
  })
  const exec = objectOf(made.body)['Id']
  if (typeof exec !== 'string') return false
  // Answers when the program has ended.
  await engine.ask('POST', `/exec/${exec}/start`, { body: { Detach: false, Tty: false } })
  const seen = await engine.ask('GET', `/exec/${exec}/json`)
  return objectOf(seen.body)['ExitCode'] === 0
}
