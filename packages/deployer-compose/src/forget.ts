import { rm } from 'node:fs/promises'
import type { DeploymentContext } from '@hop3/core'
import { removeServices } from './data-services/ensure-services.ts'
import { openEngine } from './engine.ts'
import { removeAllImages } from './images.ts'
import { layoutOf } from './layout.ts'
import { removeNetwork } from './network.ts'

/** See `Deployer.forget`. */
export async function forget(context: DeploymentContext): Promise<void> {
  const engine = await openEngine(context)
  try {
    await removeServices(context, engine)
    await removeNetwork(engine, context)
    await removeAllImages(context, engine)
    await rm(layoutOf(context.directories.home, context.appName).root, { recursive: true, force: true })
  } finally {
    engine.host.close()
  }
}
