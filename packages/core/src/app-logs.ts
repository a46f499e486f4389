import type { LogRequest } from './deployer.ts'
import type { Host } from './host.ts'
import { deployerUnder } from './under-deployers.ts'

/**
 * What running instances have printed that no file in the app's log directory has by itself, as containers do; takes no lock. Resolves to
 * false, at once, for a deployer whose instances write such files.
 */
export async function appLogs(appName: string, host: Host, request: LogRequest): Promise<boolean> {
  const appHome = host.home.app(appName)
  const { deployer: name } = await appHome.readState()
  const deployer = name === null ? undefined : await deployerUnder({ appHome, host }, name)
  if (deployer?.logs === undefined) return false
  await deployer.logs(request)
  return true
}
