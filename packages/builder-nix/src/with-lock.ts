/** One command at a time changes a file that is read before it is written. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '@hop3/core'
import { takeLock } from '@hop3/core/lock'

export type LockHost = Pick<BuildContext, 'toolsPath' | 'clock' | 'signal' | 'log'>

/** Waits as long as the holder lives: nothing is done for long. `subject`: for messages, and in the name of the lock. */
export async function withLock<T>({ toolsPath, clock, signal, log }: LockHost, subject: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeLock({
    path: join(toolsPath, `.${subject}.lock`),
    subject,
    operation: 'change',
    clock,
    wait: true,
    signal,
    notice: (text) => log.info(text),
    prepare: async () => void (await mkdir(toolsPath, { recursive: true })),
  })
  try {
    return await work()
  } finally {
    await lock.release()
  }
}
