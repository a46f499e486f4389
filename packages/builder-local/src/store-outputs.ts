/** Puts the outputs of a phase into the cache. */
import { lstatSync, mkdirSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate as pause } from 'node:timers/promises'
import { entriesPath, entryPaths, pathsAt, temporaryPath, type EntryPaths, type StoredItem } from './cache-entry.ts'
import { copyWhole, fileHoldsPath, linkOrCopy } from './copy-file.ts'
import { listOutputs, type LinkedFile, type OutputItem } from './output-tree.ts'

export interface StoreRequest {
  readonly cachePath: string
  readonly key: string
  readonly appRoot: string
  readonly outputs: readonly string[]
  readonly forms: readonly string[]
  /** True for files that may be written to: the cache gets a copy of its own. */
  readonly volatile: (path: string) => boolean
  /** Bytes the whole cache may take: a larger output is not stored. */
  readonly limit: number
  readonly now: Date
  readonly signal: AbortSignal
}

export type StoreResult =
  | { readonly stored: true; readonly linked: readonly LinkedFile[] }
  | { readonly stored: false; readonly reason: string }

const itemsBetweenPauses = 256

/**
 * Hard-links installed packages as they are now, because creating thousands of files costs as much as installing them did. When another build stored
 * the same key meanwhile, its entry stays.
 */
export async function storeOutputs(request: StoreRequest): Promise<StoreResult> {
  const items = listOutputs(request.appRoot, request.outputs)
  const special = items.find((item) => item.kind === 'special')
  if (special !== undefined) return { stored: false, reason: `${special.path} is neither file, directory nor link` }
  const bytes = items.reduce((sum, item) => sum + (item.kind === 'file' ? item.size : 0), 0)
  if (bytes > request.limit) return { stored: false, reason: 'its outputs are larger than the cache may become' }
  const paths = pathsAt(temporaryPath(request.cachePath))
  try {
    await mkdir(paths.tree, { recursive: true, mode: 0o700 })
    const { stored, linked } = await placeItems(request, items, paths)
    const { outputs, forms } = request
    await writeFile(paths.manifest, JSON.stringify({ format: 1, outputs, forms, items: stored }))
    await writeFile(paths.entry, JSON.stringify({ bytes, storedAt: request.now.toISOString() }))
    await publish(request, paths)
    return { stored: true, linked }
  } finally {
    await rm(paths.root, { recursive: true, force: true })
  }
}

interface Placed {
  readonly stored: readonly StoredItem[]
  readonly linked: readonly LinkedFile[]
}

async function placeItems(request: StoreRequest, items: readonly OutputItem[], paths: EntryPaths): Promise<Placed> {
  const stored: StoredItem[] = []
  const linked: LinkedFile[] = []
  const made = new Set<string>()
  for (const [index, item] of items.entries()) {
    const target = join(paths.tree, item.path)
    if (!made.has(dirname(target))) mkdirSync(dirname(target), { recursive: true })
    made.add(dirname(target))
    if (item.kind === 'file') {
      const from = join(request.appRoot, item.path)
      if (request.volatile(item.path)) copyWhole(from, target, item)
      else if (linkOrCopy(from, target, item)) linked.push(item)
      const holds = !isCorrectedByReaders(item.path) && fileHoldsPath(from, item.size, request.forms)
      stored.push(['f', item.path, item.mode, item.size, modifiedAt(target), holds ? 1 : 0])
    } else if (item.kind === 'directory') {
      if (!made.has(target)) mkdirSync(target, { recursive: true })
      made.add(target)
      stored.push(['d', item.path, item.mode])
    } else if (item.kind === 'link') stored.push(['l', item.path, item.target])
    if (index % itemsBetweenPauses === 0) {
      await pause()
      request.signal.throwIfAborted()
    }
  }
  return { stored, linked }
}

/**
 * Compiled Python files name their source, and there are thousands of them; the importer puts the right path in when it loads one, so they
 * can be shared as they are.
 */
function isCorrectedByReaders(path: string): boolean {
  return path.endsWith('.pyc') && path.includes('/__pycache__/')
}

async function publish(request: StoreRequest, paths: EntryPaths): Promise<void> {
  await mkdir(entriesPath(request.cachePath), { recursive: true, mode: 0o700 })
  try {
    await rename(paths.root, entryPaths(request.cachePath, request.key).root)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  }
}

/** As the cache's file system keeps it, which may be less precise than what was set. */
function modifiedAt(path: string): string {
  return String(lstatSync(path, { bigint: true }).mtimeNs)
}
