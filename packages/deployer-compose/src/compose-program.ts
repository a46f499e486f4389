/** Compose itself: `docker compose` (2), else `docker-compose` (1.29 or 2). */
import { hop3Error, printable, programOnPath, type CommandResult, type DeploymentContext } from '@hop3/core'
import type { Engine } from './engine.ts'

export type ComposeProgram = readonly [file: string, ...args: string[]]

/** Throws `deploy.compose.missing`. */
export async function findCompose(
  { run, directories, signal }: Pick<DeploymentContext, 'run' | 'directories' | 'signal'>,
  { host }: Engine,
): Promise<ComposeProgram> {
  const has = (name: string): boolean => programOnPath(name, host.env['PATH']) !== undefined
  if (has('docker')) {
    // Whether the plugin is there only the program knows.
    const { exitCode } = await run({ file: 'docker', args: ['compose', 'version'], cwd: directories.home, env: host.env, signal })
    if (exitCode === 0) return ['docker', 'compose']
  }
  // Not asked for its version: that takes the one in Python half a second.
  if (has('docker-compose')) return ['docker-compose']
  throw hop3Error('deploy.compose.missing', 'Cannot run a container image: neither `docker compose` nor `docker-compose` is installed.', {
    hint: 'Install it: `sudo apt-get install docker-compose`, or docker-compose-plugin from https://docs.docker.com/engine/install/.',
  })
}

export interface UpRequest {
  readonly project: string
  /** Holds the document, and nothing else Compose would read: a `.env` there would change values. */
  readonly directory: string
  readonly file: string
  readonly services: readonly string[]
  /** Values of variables in the document. */
  readonly variables?: Readonly<Record<string, string>>
  /** Also what they depend on. */
  readonly withDependencies?: boolean
}

/** Makes and starts the containers of these services that are not there; never one that is. */
export async function composeUp(
  { run, signal, log }: Pick<DeploymentContext, 'run' | 'signal' | 'log'>,
  { host }: Engine,
  program: ComposeProgram,
  { project, directory, file, services, variables = {}, withDependencies = false }: UpRequest,
): Promise<CommandResult> {
  const [command, ...args] = program
  return run({
    file: command,
    args: [
      ...args,
      '-p',
      project,
      '-f',
      file,
      'up',
      '-d',
      ...(withDependencies ? [] : ['--no-deps']),
      '--no-recreate',
      '--no-build',
      ...services,
    ],
    cwd: directory,
    env: { ...variables, ...host.env },
    signal,
    onLine: (line) => log.debug(printable(line)),
  })
}
