import { constants } from 'node:os'
import { workerEnvironment, type BuildArtifact, type DeploymentContext, type ExecOptions } from '@hop3/core'
import { checkCommand, checkEnvironment } from './start-script.ts'

/** See `Deployer.exec`: one command of a shell in the app's directory with a worker's environment. `128 + n` when signal n ended it. */
export async function execCommand(
  context: DeploymentContext,
  artifact: BuildArtifact,
  command: string,
  { stdio }: ExecOptions,
): Promise<number> {
  const worker = 'exec'
  const env = workerEnvironment({ artifact, context, worker })
  checkCommand(command, { app: context.appName, worker })
  checkEnvironment(env, { app: context.appName, worker }, { inUwsgi: false })
  const { exitCode, signal } = await context.run({
    file: '/bin/sh',
    args: ['-c', command],
    cwd: artifact.runtime.workingDir || artifact.location,
    env,
    stdio,
    onLine: (line, stream) => context.log.output(line, stream),
    signal: context.signal,
    killAfter: context.config.stopTimeout * 1000,
  })
  return exitCode ?? 128 + signalNumber(signal)
}

function signalNumber(name: string | null): number {
  const found = Object.entries(constants.signals).find(([one]) => one === name)
  return found?.[1] ?? 0
}
