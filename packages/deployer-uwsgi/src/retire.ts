/** Takes away what is not wanted: the other half of converging. */
import { readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildArtifact, Deltas, DeploymentContext } from '@hop3/core'
import { dismissEmperor } from './emperor.ts'
import { layoutOf, type Layout } from './layout.ts'
import { forgetSettled } from './settled-before.ts'
import { instancesOf, stopInstances } from './stop-instances.ts'
import { wantedInstances } from './wanted-instances.ts'

/** See `Deployer.retire`. */
export async function retire(context: DeploymentContext, artifact: BuildArtifact, deltas?: Deltas): Promise<void> {
  const layout = layoutOf(context.directories.home)
  const wanted = new Set(wantedInstances(context, artifact, deltas).map(({ id }) => id))
  const others = (await instancesOf(layout, context.appName)).filter((id) => !wanted.has(id))
  await stopInstances(context, layout, others, { drain: true })
  if (wanted.size === 0) await dismissEmperor(context, layout)
}

/** See `Deployer.stop`. The Emperor goes with the last app. */
export async function stop(context: DeploymentContext): Promise<void> {
  const layout = layoutOf(context.directories.home)
  await stopInstances(context, layout, await instancesOf(layout, context.appName), { drain: false })
  await forgetCrons(layout, context.appName)
  await forgetSettled(layout, context.appName)
  await dismissEmperor(context, layout)
}

async function forgetCrons(layout: Layout, app: string): Promise<void> {
  const names = await readdir(layout.crons).catch(() => [])
  for (const name of names.filter((one) => one.split('@')[0] === app)) await rmdir(join(layout.crons, name)).catch(() => {})
}
