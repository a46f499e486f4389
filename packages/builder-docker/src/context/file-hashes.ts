/** Hashes of files from one look to the next, so that an unchanged tree costs a walk and no reading. */
import { hash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomic, type Clock } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { hashFile } from '@hop3/planner/source-tree'
import type { ContextFile } from './context-entry.ts'
import { unreadable } from './read-context.ts'

export interface FileHashes {
  /** SHA-256 of its content, hex; of a huge file, that of what changes when its content does. Throws `build.source-unreadable`. */
  of(file: ContextFile): string
  /** Keeps what was asked for since it was opened. */
  save(): Promise<void>
}

/** A file written twice within one tick of the file system's clock has one stamp for two contents: so young a file is not remembered. */
const youngest = 100
/** Reading more takes longer than a build that was not needed. */
const huge = 1024 ** 3

/** Opens the hashes of one directory; a missing or damaged file is an empty cache. */
export async function openFileHashes(cachePath: string, root: string, clock: Clock): Promise<FileHashes> {
  const path = join(cachePath, 'docker', `${hash('sha256', root, 'hex').slice(0, 32)}.json`)
  const read = parseJson(await readFile(path, 'utf8').catch(() => ''))
  const known = isObject(read) ? read : {}
  const seen: Record<string, string> = {}
  const limit = BigInt(clock.now().getTime() - youngest) * 1_000_000n
  let isChanged = false
  return {
    of(file) {
      if ('bytes' in file.content) return hash('sha256', file.content.bytes, 'hex')
      const { stamp, path: absolute } = file.content
      if (file.size > huge) return `stamp ${stamp}`
      const before = known[file.path]
      const isKnown = typeof before === 'string' && before.startsWith(`${stamp} `)
      const found = isKnown ? before.slice(stamp.length + 1) : hashOf(file, absolute)
      if (!isKnown) isChanged = true
      if (file.mtimeNs <= limit) seen[file.path] = `${stamp} ${found}`
      return found
    },
    async save() {
      if (!isChanged && Object.keys(seen).length === Object.keys(known).length) return
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await writeFileAtomic(path, JSON.stringify(seen), { durable: false })
    },
  }
}

function hashOf({ path, size }: ContextFile, absolute: string): string {
  try {
    return hashFile(absolute, size)
  } catch (error) {
    throw unreadable(path, error)
  }
}
