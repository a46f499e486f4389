import { isHop3Error } from './errors.ts'
import type { Host } from './host.ts'
import { markingHost } from './marked-run.ts'
import { settle } from './settle.ts'
import { settleMove } from './settle-move.ts'

/**
 * Finishes or undoes what an earlier command left, for commands that only look: does nothing while another command has the lock.
 * Commands that change the app recover by themselves.
 */
export async function recoverApp(appName: string, host: Host): Promise<void> {
  const appHome = host.home.app(appName)
  try {
    await settleMove(host, false)
    if (!(await appHome.exists()) || (await appHome.openRecords()).length === 0) return
    const lock = await appHome.lock({
      operation: 'recover',
      wait: false,
      mustExist: true,
      signal: host.signal,
      notice: (text) => host.log.warn(text),
    })
    try {
      await settleMove(host, false)
      await settle(appHome, markingHost(host, appName, lock.token), lock.token)
    } finally {
      await lock.release()
    }
  } catch (error) {
    // Another command is at work, or has just destroyed the app.
    if (!isHop3Error(error) || (error.code !== 'lock.held' && error.code !== 'deploy.not-deployed')) throw error
  }
}
