import { stat } from 'node:fs/promises'
import type { App } from './app.ts'
import { artifactForm } from './artifact-form.ts'
import type { BuildArtifact } from './artifact.ts'
import type { Log } from './log.ts'
import { visible } from './names.ts'

/**
 * Says which directories the app wants published that its build has not made. No error: before-run or the app itself may make them, and
 * where there is a before-run it is no warning either. Those of an image are not here.
 */
export async function sayMissingStatics({ config }: App, artifact: BuildArtifact, log: Log): Promise<void> {
  if (artifactForm(artifact) === 'image') return
  const say = (text: string): void => (artifact.runtime.beforeRun.length > 0 ? log.info(text) : log.warn(text))
  for (const [prefix, written] of Object.entries(config.runtime.staticPaths ?? {})) {
    const directory = artifact.runtime.staticPaths[prefix]
    if (directory === undefined || (await isDirectory(directory))) continue
    const origin = config.origins[`runtime.staticPaths.${prefix}`] ?? 'The configuration'
    const named = visible(written.replace(/\/$/, ''))
    say(`${origin}: after the build there is no directory ${named}: requests below ${prefix} find nothing until something makes it.`)
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}
