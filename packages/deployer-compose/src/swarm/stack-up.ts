/** Tells the swarm what is wanted. Its exit code says that it was understood, and nothing about what came of it. */
import { hop3Error, printable, type DeploymentContext } from '@hop3/core'
import type { Engine } from '../engine.ts'
import { stackFile } from './stack-names.ts'

export interface StackUpRequest {
  readonly stack: string
  readonly directory: string
  /** The image comes from a registry: nodes are given the operator's credentials for it. */
  readonly isOfRegistry: boolean
}

/** Throws `deploy.swarm.refused`. */
export async function stackUp(
  { run, loginEnv, signal, log, appName }: DeploymentContext,
  engine: Engine,
  { stack, directory, isOfRegistry }: StackUpRequest,
): Promise<void> {
  const auth = isOfRegistry ? ['--with-registry-auth'] : []
  // The image is named by its digest or id already.
  const args = ['stack', 'deploy', '--compose-file', stackFile.document, '--resolve-image', 'never', '--prune', ...auth, stack]
  const { exitCode, stderr, stdout } = await run({
    file: 'docker',
    args,
    cwd: directory,
    env: { ...engine.host.env, ...(isOfRegistry ? loginEnv : {}) },
    signal,
    onLine: (line) => log.debug(printable(line)),
  })
  if (exitCode === 0) return
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '' && !/^(?:Creating|Updating) /.test(line))
  const told = lines.slice(-12).map((line) => `\n  ${printable(line)}`)
  throw hop3Error(
    'deploy.swarm.refused',
    `Cannot start ${appName}: \`docker stack deploy\` failed (exit code ${exitCode ?? 'none'}).${told.join('')}`,
    {
      hint: 'Mend what its last lines show, then deploy again.',
      details: { exitCode },
    },
  )
}
