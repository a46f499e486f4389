/** Hashes of a context's files, from one look to the next. */
import { hash } from 'node:crypto'
import type { Clock } from '@hop3/core'
import { hashFile, openHashCache } from '@hop3/planner/source-tree'
import type { ContextFile } from './context-entry.ts'
import { unreadable } from './read-context.ts'

export interface FileHashes {
  /** SHA-256 of its content, hex; of a huge file, that of what changes when its content does. Throws `build.source-unreadable`. */
  of(file: ContextFile): string
  /** Keeps what was asked for since it was opened. */
  save(): Promise<void>
}

/** Reading more takes longer than a build that was not needed. */
const huge = 1024 ** 3

/** Opens the hashes of one directory, which are those of every builder. */
export async function openFileHashes(cachePath: string, root: string, clock: Clock): Promise<FileHashes> {
  const cache = await openHashCache(cachePath, root, clock)
  return {
    of(file) {
      if ('bytes' in file.content) return hash('sha256', file.content.bytes, 'hex')
      const { stamp, path: absolute } = file.content
      if (file.size > huge) return `stamp ${stamp}`
      const found = cache.get(file.path, stamp) ?? hashOf(file, absolute)
      cache.put(file.path, stamp, found, Number(file.mtimeNs / 1_000_000n))
      return found
    },
    save: () => cache.save(),
  }
}

function hashOf({ path, size }: ContextFile, absolute: string): string {
  try {
    return hashFile(absolute, size)
  } catch (error) {
    throw unreadable(path, error)
  }
}
