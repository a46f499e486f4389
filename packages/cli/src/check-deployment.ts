import { checkDeployer, checkDeployTables, type App, type Registry } from '@hop3/core'
import { hostLog } from './host-registry.ts'
import type { Invocation } from './invocation.ts'
import { builtByPlan } from './other-build.ts'

/**
 * Throws what `deploy` would throw before it builds for the strategies, targets and tables an app names. One that names none is not kept
 * waiting for strategies to be loaded.
 */
export async function checkDeployment(
  invocation: Invocation,
  { app, registry, look }: { readonly app: App; readonly registry: Registry; readonly look: object },
): Promise<void> {
  const { build, deploy } = app.config
  await checkDeployTables(app.config, registry, hostLog(invocation))
  await checkDeployer(app.config, registry)
  const asksDeployer = deploy.target !== undefined || (deploy.strategy ?? 'auto') !== 'auto'
  if (!asksDeployer && (await isKnown(registry, build.strategy))) return
  const [{ builderSelection }, { createHost }] = await Promise.all([import('./builder-selection.ts'), import('./host.ts')])
  const { chosen } = await builderSelection(app, await createHost(invocation), look)
  await checkDeployer(app.config, registry, chosen.forms)
}

async function isKnown(registry: Registry, strategy = 'auto'): Promise<boolean> {
  return strategy === 'auto' || strategy === builtByPlan || (await registry.builders()).some(({ name }) => name === strategy)
}
