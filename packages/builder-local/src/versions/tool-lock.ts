/** One build at a time installs a tool; others wait for it and use the same. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '@hop3/core'
import { takeLock } from '@hop3/core/lock'

type Host = Pick<BuildContext, 'toolsPath' | 'clock' | 'signal' | 'log'>

/** Waits as long as the holder lives. */
export async function withToolLock<T>({ toolsPath, clock, signal, log }: Host, name: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeLock({
    path: join(toolsPath, `.${name}.lock`),
    subject: name,
    operation: 'installation',
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
