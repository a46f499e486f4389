import type { BuildArtifact } from './artifact.ts'
import { artifactForm } from './artifact-form.ts'
import { hop3Error } from './errors.ts'

/**
 * Refuses to deploy what starts and publishes nothing: that it runs would be a lie. Workers without an address and cron jobs alone are fine;
 * a site is what lies at its location, and an image may know its own command. Throws `deploy.no-worker`.
 */
export function checkStartable(artifact: BuildArtifact): void {
  const { kind, runtime, appName } = artifact
  if (Object.keys(runtime.workers).length > 0 || artifactForm(artifact) !== 'process') return
  throw hop3Error('deploy.no-worker', `Cannot deploy ${appName}: nothing says what to start. It is built (${kind}), and has no worker.`, {
    hint: 'Write how it is started: a line such as `web: ./start-my-app` in Procfile, or start = "./start-my-app" under [run] in hop3.toml. What answers no requests is a `worker: …`, what runs now and then a `cron: …`.',
    details: { kind },
  })
}
