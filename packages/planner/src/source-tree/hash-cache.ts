/**
 * Hashes of source files from one look to the next, so that an unchanged tree costs a walk and no reading. A file counts as unchanged when
 * size, mtime, ctime and inode are.
 */
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@hop3/core'
import { writeCacheFile } from './write-cache-file.ts'

export interface HashCache {
  get(path: string, stamp: string): string | undefined
  /** `modified`: the file's mtime in milliseconds. */
  put(path: string, stamp: string, hash: string, modified: number): void
  /** Keeps what was put since it was opened; does nothing when that is what was read. */
  save(): Promise<void>
}

/** A file written twice within one tick of the file system's clock has one stamp for two contents: so young a file is not remembered. */
const youngest = 100
const entryPattern = /^(\S+) ([0-9a-f]{64})$/

/** Opens the hashes of one source; a missing or damaged file is an empty cache. */
export async function openHashCache(cachePath: string, sourcePath: string, clock: Clock): Promise<HashCache> {
  const file = join(cachePath, 'sources', `${hash('sha256', sourcePath, 'hex').slice(0, 32)}.json`)
  const known = await readEntries(file)
  const seen = new Map<string, string>()
  const youngestKept = clock.now().getTime() - youngest
  let changed = false
  return {
    get(path, stamp) {
      const entry = known.get(path)
      return entry !== undefined && entry.length === stamp.length + 65 && entry.startsWith(stamp) ? entry.slice(-64) : undefined
    },
    put(path, stamp, value, modified) {
      if (modified > youngestKept) return
      const entry = `${stamp} ${value}`
      if (known.get(path) !== entry) changed = true
      seen.set(path, entry)
    },
    async save() {
      if (!changed && seen.size === known.size) return
      await writeCacheFile(file, JSON.stringify([...seen].flat()))
    },
  }
}

async function readEntries(file: string): Promise<ReadonlyMap<string, string>> {
  const entries = new Map<string, string>()
  let read: unknown
  try {
    read = JSON.parse(await readFile(file, 'utf8'))
  } catch {
    // Missing, damaged or unreadable: all the same to a cache, and `save` says what is wrong with the directory.
    return entries
  }
  if (!Array.isArray(read)) return entries
  for (let at = 0; at + 1 < read.length; at += 2) {
    const path: unknown = read[at]
    const entry: unknown = read[at + 1]
    if (typeof path === 'string' && typeof entry === 'string' && entryPattern.test(entry)) entries.set(path, entry)
  }
  return entries
}
