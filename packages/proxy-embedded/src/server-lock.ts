/** One command at a time starts, replaces or ends the server of a home. */
import { hop3Error, isHop3Error, type Lock, type ProxyContext } from '@hop3/core'
import { takeLock } from '@hop3/releases'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServerPaths } from './server-paths.ts'

/** Longer than one command may take for it all: hellos, an end with drain, a start. */
const patience = 90_000

/**
 * Does the work while no other command, of any process, does any under the same home's lock. A holder that died is replaced. Throws
 * `deploy.proxy.start` when a living one keeps it for too long, and the signal's reason.
 */
export async function withServerLock<T>(context: ProxyContext, paths: ServerPaths, work: () => Promise<T>): Promise<T> {
  const lock = await lockServer(context, join(paths.directory, 'lock'))
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

async function lockServer({ clock, signal, log }: ProxyContext, path: string): Promise<Lock> {
  const prepare = async (): Promise<void> => void (await mkdir(join(path, '..'), { recursive: true, mode: 0o700 }))
  const notice = (text: string): void => log.debug(text)
  try {
    return await takeLock({ path, subject: 'the proxy', operation: 'change', clock, wait: patience, signal, notice, prepare })
  } catch (error) {
    if (!isHop3Error(error) || error.code !== 'lock.held') throw error
    const pid = String(error.details['pid'])
    throw hop3Error(
      'deploy.proxy.start',
      `Cannot start, replace or end the proxy: another command (pid ${pid}) has been doing that for ${patience / 1_000} s.`,
      { hint: `See what it waits for: ps -fp ${pid}`, details: { lock: path, pid: Number(pid) }, cause: error, class: 'retry' },
    )
  }
}
