import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { dropEntry, entriesPath, pathsAt } from './cache-entry.ts'

export interface PruneRequest {
  readonly cachePath: string
  /** Bytes all entries together may take. */
  readonly limit: number
  /** Keys of the build that has just been made: never removed. */
  readonly keep: ReadonlySet<string>
  readonly now: Date
}

const abandonedAfter = 24 * 60 * 60 * 1000
const entrySchema = z.object({ bytes: z.number() })

/** Removes the least recently used entries until the rest fits, and what builds that were killed left behind a day ago. Returns the removed keys. */
export async function pruneCache({ cachePath, limit, keep, now }: PruneRequest): Promise<readonly string[]> {
  await removeAbandoned(join(cachePath, 'phases', 'tmp'), now)
  const entries = await Promise.all((await names(entriesPath(cachePath))).map((key) => readEntry(cachePath, key)))
  let total = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  const removed: string[] = []
  for (const entry of entries.filter(({ key }) => !keep.has(key)).toSorted((one, other) => one.used - other.used)) {
    if (total <= limit) break
    await dropEntry(cachePath, entry.key)
    total -= entry.bytes
    removed.push(entry.key)
  }
  return removed
}

interface Entry {
  readonly key: string
  readonly bytes: number
  readonly used: number
}

/** An entry that says nothing of itself counts as the oldest and as nothing, so it goes with the first prune that has something to do. */
async function readEntry(cachePath: string, key: string): Promise<Entry> {
  const { entry } = pathsAt(join(entriesPath(cachePath), key))
  try {
    const [text, stats] = await Promise.all([readFile(entry, 'utf8'), stat(entry)])
    return { key, bytes: entrySchema.parse(JSON.parse(text)).bytes, used: stats.mtimeMs }
  } catch {
    return { key, bytes: 0, used: 0 }
  }
}

async function removeAbandoned(directory: string, now: Date): Promise<void> {
  for (const name of await names(directory)) {
    const path = join(directory, name)
    const stats = await stat(path).catch(() => undefined)
    if (stats !== undefined && now.getTime() - stats.mtimeMs > abandonedAfter) await rm(path, { recursive: true, force: true })
  }
}

async function names(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => [])
}
