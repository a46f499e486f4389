/** One command in a container of its own, of the release's image, with a worker's environment, data and network. */
import { hop3Error, problemOfText, visible, type BuildArtifact, type DeploymentContext, type ExecOptions } from '@hop3/core'
import { isatty } from 'node:tty'
import { keepCommandSecrets } from './command-secrets.ts'
import { composeOptions } from './compose-options.ts'
import { containerBody, type BodyRequest } from './container-body.ts'
import { ensureServices } from './data-services/ensure-services.ts'
import { checkLocal } from './check-local.ts'
import { readContainerLog } from './container-logs.ts'
import { objectOf } from './containers.ts'
import { expectStatus, openEngine, type Engine } from './engine.ts'
import { containerEnvironment } from './environment.ts'
import { findImage } from './image.ts'
import { homeMark } from './names.ts'
import { ensureNetwork } from './network.ts'
import { ownerLabel } from './one-off.ts'
import { prepareMounts } from './prepare-mounts.ts'
import { givenSecrets, limitsOf, mountsOf } from './prepare-project.ts'
import { cannotRun, isCannotRun, missingProgram } from './up-failure.ts'

/** See `Deployer.exec`. */
export async function execCommand(
  context: DeploymentContext,
  artifact: BuildArtifact,
  command: string,
  { stdio }: ExecOptions,
  joined: (engine: Engine, context: DeploymentContext) => Promise<string> = ensureNetwork,
): Promise<number> {
  context.signal.throwIfAborted()
  const engine = await openEngine(context)
  try {
    checkLocal(engine, context)
    return await runCommand({ context, artifact, engine, network: await joined(engine, context) }, command, stdio)
  } finally {
    engine.host.close()
  }
}

interface Running {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly engine: Engine
  /** That the container joins. */
  readonly network: string
}

async function runCommand(running: Running, command: string, stdio: ExecOptions['stdio']): Promise<number> {
  const { context, engine } = running
  const input = await prepare(running, command)
  const secrets = await keepCommandSecrets(context, input.secrets)
  try {
    const id = await create(running, { input, secrets: secrets.directory }, stdio)
    try {
      return await (stdio === 'inherit' ? attach(context, engine, id) : follow(context, engine, id))
    } finally {
      await engine.ask('DELETE', `/containers/${id}?force=true&v=true`)
    }
  } finally {
    await secrets.remove()
  }
}

/** What its container has, and what it needs beside it. */
async function prepare({ context, artifact, engine, network }: Running, command: string): Promise<BodyRequest['input']> {
  const { appName: app, release, generation, directories, config } = context
  const problem = command.trim() === '' ? 'it is empty' : problemOfText(command, Buffer.byteLength(command) + 1)
  if (problem !== undefined)
    throw hop3Error('deploy.compose.command', `Cannot run a command in ${app}: ${problem} (${visible(command)}).`, {
      hint: `For example: hop3 exec ${app} -- ls`,
    })
  const image = await findImage(context, engine, artifact)
  const options = composeOptions(config)
  const mounts = mountsOf(context, options.volumes)
  await prepareMounts(
    context,
    engine,
    image,
    mounts.map(({ source }) => source),
  )
  // A migration before the release wants its database.
  await ensureServices(context, engine, network)
  const worker = 'exec'
  const secrets = givenSecrets(context, options.secrets)
  return {
    wanted: { app, worker, ordinal: 1, release: release.id, generation },
    mark: homeMark(directories.home),
    image: image.id,
    argv: ['/bin/sh', '-c', command],
    workingDir: artifact.runtime.workingDir,
    environment: {
      ...containerEnvironment({ context, artifact, worker, path: image.path, secrets }),
      // Its input is somebody's: no shell stands between. A stop still reaches what it runs, as a terminal's Ctrl-C would.
      TINI_KILL_PROCESS_GROUP: '1',
    },
    port: undefined,
    mounts,
    limits: limitsOf(options),
    secrets,
    stopTimeout: config.stopTimeout,
    logSize: options.logSize,
  }
}

async function create(
  { context, engine, network }: Running,
  of: Pick<BodyRequest, 'input' | 'secrets'>,
  stdio: ExecOptions['stdio'],
): Promise<string> {
  const answer = await engine.ask('POST', '/containers/create', {
    body: {
      ...containerBody({ ...of, network, owner: await ownerLabel() }),
      Tty: stdio === 'inherit' && isatty(0) && isatty(1),
      OpenStdin: stdio === 'inherit',
      StdinOnce: stdio === 'inherit',
      Healthcheck: { Test: ['NONE'] },
    },
  })
  expectStatus(answer, [201], `Cannot make a container to run a command in ${context.appName}`)
  return String(objectOf(answer.body)['Id'])
}

async function follow(context: DeploymentContext, engine: Engine, id: string): Promise<number> {
  await start(context, engine, id)
  let missing: string | undefined
  try {
    await readContainerLog(engine, id, {
      tail: 'all',
      follow: true,
      signal: context.signal,
      onLine(line, stream) {
        missing ??= missingProgram(line)
        context.log.output(line, stream)
      },
    })
    const exitCode = await exitCodeOf(engine, id, context.signal)
    if (missing !== undefined && isCannotRun(exitCode)) throw cannotRun(context.appName, missing)
    return exitCode
  } catch (error) {
    if (context.signal.aborted)
      await engine.ask('POST', `/containers/${id}/stop?t=${Math.ceil(context.config.stopTimeout)}`, {
        within: context.config.stopTimeout + 60,
      })
    throw error
  }
}

/** The terminal is the `docker` program's: raw mode, window size and detaching are its business. */
async function attach(context: DeploymentContext, engine: Engine, id: string): Promise<number> {
  const { exitCode } = await context.run({
    file: 'docker',
    args: ['start', '--attach', '--interactive', id],
    cwd: context.directories.home,
    env: engine.host.env,
    stdio: 'inherit',
    signal: context.signal,
  })
  return exitCode ?? 1
}

async function start({ appName }: DeploymentContext, engine: Engine, id: string): Promise<void> {
  const answer = await engine.ask('POST', `/containers/${id}/start`)
  expectStatus(answer, [204, 304], `Cannot run a command in ${appName}`)
}

async function exitCodeOf(engine: Engine, id: string, signal: AbortSignal): Promise<number> {
  const answer = await engine.ask('POST', `/containers/${id}/wait`, { signal, within: Infinity })
  expectStatus(answer, [200], 'Cannot learn how the command ended')
  const code = objectOf(answer.body)['StatusCode']
  return typeof code === 'number' ? code : 1
}
