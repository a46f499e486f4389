import type { DeployConfig, Volume } from './app-config.ts'
import type { BuildArtifact } from './artifact.ts'
import { artifactForm, type ArtifactForm } from './artifact-form.ts'
import { deployConfigOf } from './deploy-config.ts'
import { hop3Error } from './errors.ts'

/**
 * Refuses to deploy what starts and publishes nothing: that it runs would be a lie. Workers without an address and cron jobs alone are fine;
 * a site is what lies at its location, and an image may know its own command. Throws `deploy.no-worker` and `deploy.volume`.
 */
export function checkStartable(artifact: BuildArtifact): void {
  const { kind, runtime, appName } = artifact
  const form = artifactForm(artifact)
  checkVolumes(appName, deployConfigOf(artifact), [form])
  if (Object.keys(runtime.workers).length > 0 || form !== 'process') return
  throw hop3Error('deploy.no-worker', `Cannot deploy ${appName}: nothing says what to start. It is built (${kind}), and has no worker.`, {
    hint: 'Write how it is started: a line such as `web: ./start-my-app` in Procfile, or start = "./start-my-app" under [run] in hop3.toml. What answers no requests is a `worker: …`, what runs now and then a `cron: …`.',
    details: { kind },
  })
}

/** A volume is a directory of a container, and only an image runs in one. Throws `deploy.volume`. */
export function checkVolumes(appName: string, { volumes = [] }: Pick<DeployConfig, 'volumes'>, forms: readonly ArtifactForm[]): void {
  const [volume] = volumes
  if (volume !== undefined && !forms.includes('image')) throw noContainer(appName, volume)
}

function noContainer(appName: string, { name, path, origin }: Volume): Error {
  return hop3Error(
    'deploy.volume',
    `Cannot deploy ${appName}: the volume ${name} (${origin}) is ${path} of a container, and the app does not run in one.`,
    {
      hint: 'Let the app write below $HOP3_DATA, which outlives releases everywhere, and remove [[volumes]]; or build an image: strategy = "docker" under [build].',
      details: { name, path, origin },
    },
  )
}
