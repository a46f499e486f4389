import type { DeploymentContext } from './deployer.ts'
import { toHop3Error } from './errors.ts'

/** One step of taking back a failed start. What goes wrong in it is said, and hides neither the failure nor the rest of the undoing. */
export async function undoStart({ log, appName }: Pick<DeploymentContext, 'log' | 'appName'>, undo: () => Promise<void>): Promise<void> {
  try {
    await undo()
  } catch (error) {
    log.warn(toHop3Error(error, `Cannot undo the start of ${appName}`).message)
  }
}
