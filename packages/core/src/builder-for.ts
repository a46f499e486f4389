import type { App } from './app.ts'
import type { Builder } from './builder.ts'
import { checkDeployer, checkUnbuilt } from './check-deployer.ts'
import { checkVolumes } from './check-startable.ts'
import { buildContext } from './contexts.ts'
import { makeGeneratedEnv } from './generated-env.ts'
import type { ReleaseSlot } from './home.ts'
import type { Operation } from './operation.ts'
import { selectBuilder } from './select-strategy.ts'

/** The builder of an app that is to run on this host, and where it builds. Throws what is known before the build to keep the app from running. */
export async function builderToDeploy(app: App, operation: Operation): Promise<{ readonly builder: Builder; readonly slot: ReleaseSlot }> {
  const { appHome, host } = operation
  await checkDeployer(app.config, host.registry)
  const { builder, slot } = await builderOf(app, operation)
  await checkDeployer(app.config, host.registry, builder.forms)
  if (builder.forms === undefined) return { builder, slot }
  checkVolumes(app.name, app.config.deploy, builder.forms)
  await checkUnbuilt({ appName: app.name, config: app.config.deploy, appEnv: await appHome.readEnv() }, host.registry, builder.forms)
  return { builder, slot }
}

export async function builderOf(app: App, operation: Operation): Promise<{ readonly builder: Builder; readonly slot: ReleaseSlot }> {
  const { appHome, host } = operation
  const slot = await appHome.nextRelease(host.newBuildId())
  // Before the build: a phase may name one as a secret.
  await makeGeneratedEnv(app, operation)
  const { chosen } = await selectBuilder(host.registry, await buildContext(app, slot, operation), { isBrief: true })
  return { builder: chosen, slot }
}
