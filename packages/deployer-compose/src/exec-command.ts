/** One command in a container of its own, of the release's image, with a worker's environment, data and network. */
import { hop3Error, visible, type BuildArtifact, type DeploymentContext, type ExecOptions } from '@hop3/core'
import { isatty } from 'node:tty'
import { composeOptions } from './compose-options.ts'
import { ensureServices } from './data-services/ensure-services.ts'
import { checkLocal } from './check-local.ts'
import { readContainerLog } from './container-logs.ts'
import { objectOf } from './containers.ts'
import { expectStatus, openEngine, type Engine } from './engine.ts'
import { containerEnvironment, problemOfText } from './environment.ts'
import { findImage } from './image.ts'
import { homeMark, label } from './names.ts'
import { ensureNetwork } from './network.ts'
import { ownerLabel } from './one-off.ts'
import { mountsOf, prepareMount } from './prepare-project.ts'
import { labelsOf } from './service.ts'
import { cannotRun, missingProgram } from './up-failure.ts'

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
    const id = await create({ context, artifact, engine, network: await joined(engine, context) }, command, stdio)
    try {
      return await (stdio === 'inherit' ? attach(context, engine, id) : follow(context, engine, id))
    } finally {
      await engine.ask('DELETE', `/containers/${id}?force=true&v=true`)
    }
  } finally {
    engine.host.close()
  }
}

interface Creation {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly engine: Engine
  /** That the container joins. */
  readonly network: string
}

async function create({ context, artifact, engine, network }: Creation, command: string, stdio: ExecOptions['stdio']): Promise<string> {
  const { appName: app, release, generation, directories, config } = context
  const problem = command.trim() === '' ? 'it is empty' : problemOfText(command, Buffer.byteLength(command) + 1)
  if (problem !== undefined)
    throw hop3Error('deploy.compose.command', `Cannot run a command in ${app}: ${problem} (${visible(command)}).`, {
      hint: `For example: hop3 exec ${app} -- ls`,
    })
  const image = await findImage(engine, artifact)
  const options = composeOptions(config)
  const mounts = mountsOf(context, options.volumes)
  for (const { source } of mounts) await prepareMount(source, image)
  // A migration before the release wants its database.
  await ensureServices(context, engine, network)
  const worker = 'exec'
  const isTerminal = stdio === 'inherit' && isatty(0) && isatty(1)
  // Values as variables: no file is made for a single command, so secrets are not taken out of its environment.
  const env = containerEnvironment({ context, artifact, worker, path: image.path, secrets: [], inShell: true })
  const answer = await engine.ask('POST', '/containers/create', {
    body: {
      Image: image.id,
      Entrypoint: ['/bin/sh', '-c', command],
      Cmd: [],
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Labels: {
        ...labelsOf({ app, worker, ordinal: 1, release: release.id, generation }, homeMark(directories.home)),
        [label.owner]: await ownerLabel(),
      },
      ...(artifact.runtime.workingDir === '' ? {} : { WorkingDir: artifact.runtime.workingDir }),
      StopTimeout: Math.ceil(config.stopTimeout),
      Tty: isTerminal,
      OpenStdin: stdio === 'inherit',
      StdinOnce: stdio === 'inherit',
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        Init: true,
        NetworkMode: network,
        Mounts: mounts.map(({ source, target }) => ({ Type: 'bind', Source: source, Target: target })),
      },
    },
  })
  expectStatus(answer, [201], `Cannot make a container to run a command in ${app}`)
  return String(objectOf(answer.body)['Id'])
}

async function follow(context: DeploymentContext, engine: Engine, id: string): Promise<number> {
  await start(context, engine, id)
  try {
    await readContainerLog(engine, id, {
      tail: 'all',
      follow: true,
      signal: context.signal,
      onLine(line, stream) {
        const program = missingProgram(line)
        if (program !== undefined) throw cannotRun(context.appName, program)
        context.log.output(line, stream)
      },
    })
    return await exitCodeOf(engine, id, context.signal)
  } catch (error) {
    if (context.signal.aborted) await engine.ask('POST', `/containers/${id}/stop?t=${Math.ceil(context.config.stopTimeout)}`)
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
  const answer = await engine.ask('POST', `/containers/${id}/wait`, { signal })
  expectStatus(answer, [200], 'Cannot learn how the command ended')
  const code = objectOf(answer.body)['StatusCode']
  return typeof code === 'number' ? code : 1
}
