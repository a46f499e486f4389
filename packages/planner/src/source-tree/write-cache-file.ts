import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeFileAtomic } from '@hop3/core'

/** Replaces a file of the cache in one step, without waiting for the disk: after a power cut it may be damaged, which every reader expects. */
export async function writeCacheFile(path: string, data: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, data, { durable: false })
}
