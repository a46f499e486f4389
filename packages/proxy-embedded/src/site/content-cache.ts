/** Keeps the bytes of small files that were asked for lately, for all sites of the server together. */
import type { StoredFile } from './find-file.ts'

export interface ContentCache {
  get(stored: StoredFile): Buffer | undefined
  /** Whether the file is small enough to be kept. */
  fits(stored: StoredFile): boolean
  put(stored: StoredFile, content: Buffer): void
}

const largestFile = 64 * 1024

export function createContentCache(capacity = 8 * 1024 * 1024): ContentCache {
  // In order of use: a Map iterates in order of insertion.
  const kept = new Map<string, Buffer>()
  let size = 0
  const key = ({ path, etag, ino }: StoredFile): string => `${ino}${etag}${path}`
  return {
    fits: (stored) => stored.size <= largestFile,
    get: (stored) => kept.get(key(stored)),
    put(stored, content) {
      if (kept.has(key(stored))) return
      kept.set(key(stored), content)
      size += content.length
      for (const [oldest, bytes] of kept) {
        if (size <= capacity) break
        kept.delete(oldest)
        size -= bytes.length
      }
    },
  }
}
