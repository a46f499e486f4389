import { open, rm } from 'node:fs/promises'
import type { ProxyContext } from './proxy.ts'

/**
 * A program that gives up its connections closes those that are idle, and a request that is sent at that moment is lost. So, while the file
 * at `path` is there, every answer ends its connection: who asks often is on a new one by then, and what is left has been idle for that long.
 */
export async function partClients<T>(
  { clock }: Pick<ProxyContext, 'clock'>,
  path: string,
  work: () => Promise<T>,
  milliseconds = partingTime,
): Promise<T> {
  await (await open(path, 'w', 0o600)).close()
  try {
    await clock.sleep(milliseconds)
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

const partingTime = 200

/** For what happens seldom, a new name or another certificate: a reload. */
export const longParting = 1_000
