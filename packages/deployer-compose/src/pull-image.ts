import { hop3Error, printable, type DeploymentContext } from '@hop3/core'
import type { Engine } from './engine.ts'

/** Fetches an image, with the credentials of the `docker` program. Throws `deploy.compose.image-pull`. */
export async function pullImage(
  { run, directories, loginEnv, signal, log, appName }: DeploymentContext,
  engine: Engine,
  image: string,
): Promise<void> {
  log.info(`Fetching ${image}.`)
  const { exitCode, stderr, stdout } = await run({
    file: 'docker',
    args: ['pull', '--quiet', image],
    cwd: directories.home,
    env: { ...engine.host.env, ...loginEnv },
    signal,
  })
  if (exitCode === 0) return
  const said = printable((stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '')
  throw hop3Error('deploy.compose.image-pull', `Cannot start ${appName}: the image ${image} could not be fetched: ${said}`, {
    hint: `Try by hand: docker pull ${image}`,
    details: { image },
  })
}
