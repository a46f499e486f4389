import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { DeploymentContext } from '@hop3/core'
import { removeServices } from './data-services/stop-services.ts'
import { openEngine } from './engine.ts'
import { layoutOf } from './layout.ts'
import { removeNetwork } from './network.ts'

/** See `Deployer.forget`. */
export async function forget(context: DeploymentContext): Promise<void> {
  const { root } = layoutOf(context.directories.home, context.appName)
  if (!existsSync(root)) return
  const engine = await openEngine(context)
  try {
    await removeServices(context, engine)
    await removeNetwork(engine, context)
    await rm(root, { recursive: true, force: true })
  } finally {
    engine.host.close()
  }
}
