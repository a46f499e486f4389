/**
 * A stored phase output: `<cache>/phases/entries/<key>/` with `manifest.json` (what the outputs consist of), `entry.json` (its size; its mtime
 * is the time of the last use) and `tree/` (the files). Entries appear by rename and are never changed.
 */
import { readdir, readFile, rename, rm, utimes } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import * as z from 'zod'

const itemSchema = z.union([
  /** Mode, size, mtime in nanoseconds as in the cache, and 1 where the file holds the path of the release. */
  z.tuple([z.literal('f'), z.string(), z.number(), z.number(), z.string(), z.union([z.literal(0), z.literal(1)])]),
  z.tuple([z.literal('d'), z.string(), z.number()]),
  z.tuple([z.literal('l'), z.string(), z.string()]),
])

const manifestSchema = z.object({
  format: z.literal(1),
  outputs: z.array(z.string()),
  /** The path of the release it was made in, in all forms: see `release-paths.ts`. */
  forms: z.array(z.string()),
  items: z.array(itemSchema),
})

export type StoredItem = z.output<typeof itemSchema>
export type Manifest = z.output<typeof manifestSchema>

export interface EntryPaths {
  readonly root: string
  readonly manifest: string
  readonly entry: string
  readonly tree: string
}

export function entryPaths(cachePath: string, key: string): EntryPaths {
  return pathsAt(join(entriesPath(cachePath), key))
}

export function pathsAt(root: string): EntryPaths {
  return { root, manifest: join(root, 'manifest.json'), entry: join(root, 'entry.json'), tree: join(root, 'tree') }
}

export function entriesPath(cachePath: string): string {
  return join(cachePath, 'phases', 'entries')
}

/** Whether there is an entry whose key begins so. */
export async function hasEntry(cachePath: string, prefix: string): Promise<boolean> {
  return (await readdir(entriesPath(cachePath)).catch(() => [])).some((key) => key.startsWith(prefix))
}

/** A directory name nobody else uses, on the file system of the entries. */
export function temporaryPath(cachePath: string): string {
  return join(cachePath, 'phases', 'tmp', randomBytes(8).toString('hex'))
}

/** `missing` when there is no entry, `damaged` when there is one that cannot be understood. */
export async function readManifest(paths: EntryPaths): Promise<Manifest | 'missing' | 'damaged'> {
  let text: string
  try {
    text = await readFile(paths.manifest, 'utf8')
  } catch {
    // Whatever keeps us from reading it, to this build it is not there.
    return 'missing'
  }
  try {
    const read = manifestSchema.safeParse(JSON.parse(text))
    return read.success ? read.data : 'damaged'
  } catch {
    return 'damaged'
  }
}

/** Moves the entry's last use to now. An entry removed in the meantime is no problem: what was taken from it is ours. */
export async function markUsed(paths: EntryPaths, now: Date): Promise<void> {
  await utimes(paths.entry, now, now).catch(() => {})
}

/** Takes an entry out of sight at once, then deletes it. */
export async function dropEntry(cachePath: string, key: string): Promise<void> {
  const doomed = temporaryPath(cachePath)
  try {
    await rename(entryPaths(cachePath, key).root, doomed)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw error
  }
  await rm(doomed, { recursive: true, force: true })
}
