/** One command at a time changes what the proxy of a home serves. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hop3Error, isHop3Error } from './errors.ts'
import type { Lock } from './home.ts'
import type { ProxyContext } from './proxy.ts'

/** Longer than one command may take: a check, a start, a switch, and the way back. */
const patience = 90_000

/**
 * Does the work while no other command, of any process, does any under the same lock. A holder that died is replaced. Throws
 * `deploy.proxy.start` when a living one keeps it for too long, and the signal's reason.
 */
export async function withProxyLock<T>(context: ProxyContext, path: string, work: () => Promise<T>): Promise<T> {
  const lock = await lockProxy(context, path)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

async function lockProxy({ clock, signal, log }: ProxyContext, path: string): Promise<Lock> {
  // Its hashes and random bytes would cost every process that stays its start-up.
  const { takeLock } = await import('./lock.ts')
  const prepare = async (): Promise<void> => void (await mkdir(dirname(path), { recursive: true, mode: 0o700 }))
  const notice = (text: string): void => log.debug(text)
  try {
    return await takeLock({ path, subject: 'the proxy', operation: 'change', clock, wait: patience, signal, notice, prepare })
  } catch (error) {
    if (!isHop3Error(error) || error.code !== 'lock.held') throw error
    const pid = String(error.details['pid'])
    throw hop3Error(
      'deploy.proxy.start',
      `Cannot start, change or end the proxy: another command (pid ${pid}) has been doing that for ${patience / 1_000} s.`,
      { hint: `See what it waits for: ps -fp ${pid}`, details: { lock: path, pid: Number(pid) }, cause: error, class: 'retry' },
    )
  }
}
