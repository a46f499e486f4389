/** Brings the outputs of a phase from the cache into a release, at another path than the one they were made at. */
import { chmodSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate as pause } from 'node:timers/promises'
import { dropEntry, entryPaths, markUsed, readManifest, type Manifest, type StoredItem } from './cache-entry.ts'
import { copyChanged, copyWhole, linkOrCopy } from './copy-file.ts'
import type { LinkedFile } from './output-tree.ts'
import { areExchangeable, exchangePaths } from './release-paths.ts'

export interface RestoreRequest {
  readonly cachePath: string
  readonly key: string
  readonly appRoot: string
  /** On the app's file system; made and removed by this. */
  readonly temporary: string
  readonly forms: readonly string[]
  /** True for files that may be written to: they get a content of their own. */
  readonly volatile: (path: string) => boolean
  readonly now: Date
  readonly signal: AbortSignal
}

export type RestoreResult =
  | { readonly restored: true; readonly linked: readonly LinkedFile[] }
  /** `changed`: files of the entry that are not what was stored. The entry has been dropped then. */
  | { readonly restored: false; readonly reason: 'missing' | 'damaged'; readonly changed: readonly string[] }

const itemsBetweenPauses = 512

/**
 * Hard-links installed packages, copies what may be written to, and writes anew what holds the release's path. The release changes only once everything is there; an entry that is
 * not as it was stored is dropped.
 */
export async function restoreOutputs(request: RestoreRequest): Promise<RestoreResult> {
  const paths = entryPaths(request.cachePath, request.key)
  const manifest = await readManifest(paths)
  if (manifest === 'missing') return { restored: false, reason: 'missing', changed: [] }
  if (manifest === 'damaged' || !areExchangeable(manifest.forms, request.forms)) return reject(request, [])
  const changed = await changedFiles(manifest, paths.tree, request.signal)
  if (changed.length > 0) return reject(request, changed)
  try {
    const linked = await buildTree(request, manifest, paths.tree)
    await moveIntoPlace(request, manifest)
    await markUsed(paths, request.now)
    return { restored: true, linked }
  } catch (error) {
    // Another build pruned the entry while this one was reading it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { restored: false, reason: 'missing', changed: [] }
    throw error
  } finally {
    await rm(request.temporary, { recursive: true, force: true })
  }
}

async function reject({ cachePath, key }: RestoreRequest, changed: readonly string[]): Promise<RestoreResult> {
  await dropEntry(cachePath, key)
  return { restored: false, reason: 'damaged', changed }
}

async function changedFiles(manifest: Manifest, tree: string, signal: AbortSignal): Promise<readonly string[]> {
  const changed: string[] = []
  for (const [index, item] of manifest.items.entries()) {
    if (item[0] === 'f' && !isAsStored(join(tree, item[1]), item)) changed.push(item[1])
    if (index % itemsBetweenPauses === 0) {
      await pause()
      signal.throwIfAborted()
    }
  }
  return changed
}

function isAsStored(path: string, item: Extract<StoredItem, readonly ['f', ...unknown[]]>): boolean {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  if (stats?.isFile() !== true) return false
  return Number(stats.mode & 0o7777n) === item[2] && Number(stats.size) === item[3] && String(stats.mtimeNs) === item[4]
}

async function buildTree(request: RestoreRequest, manifest: Manifest, tree: string): Promise<readonly LinkedFile[]> {
  const linked: LinkedFile[] = []
  const made = new Set<string>()
  for (const [index, item] of manifest.items.entries()) {
    const target = join(request.temporary, item[1])
    if (!made.has(dirname(target))) mkdirSync(dirname(target), { recursive: true })
    made.add(dirname(target))
    if (item[0] === 'd') mkdirSync(target, { recursive: true })
    else if (item[0] === 'l') symlinkSync(exchangePaths(Buffer.from(item[2]), manifest.forms, request.forms).toString(), target)
    else if (placeFile(request, manifest, join(tree, item[1]), target, item))
      linked.push({ path: item[1], mode: item[2], size: item[3], mtimeNs: BigInt(item[4]) })
    if (index % itemsBetweenPauses === 0) {
      await pause()
      request.signal.throwIfAborted()
    }
  }
  return linked
}

/** True when the file is a link to the cache's. */
function placeFile(
  request: RestoreRequest,
  manifest: Manifest,
  from: string,
  to: string,
  item: Extract<StoredItem, readonly ['f', ...unknown[]]>,
): boolean {
  const file = { mode: item[2], size: item[3], mtimeNs: BigInt(item[4]) }
  if (item[5] === 1) copyChanged(from, to, file, (content) => exchangePaths(content, manifest.forms, request.forms))
  else if (request.volatile(item[1])) copyWhole(from, to, file)
  else return linkOrCopy(from, to, file)
  return false
}

async function moveIntoPlace({ appRoot, temporary }: RestoreRequest, manifest: Manifest): Promise<void> {
  const present = new Set(manifest.items.map((item) => item[1]))
  for (const output of manifest.outputs) {
    const target = join(appRoot, output)
    await rm(target, { recursive: true, force: true })
    if (!present.has(output)) continue
    await mkdir(dirname(target), { recursive: true })
    await rename(join(temporary, output), target)
  }
  // Last, because a directory that is not writable can neither be filled nor moved.
  for (const item of manifest.items) if (item[0] === 'd') chmodSync(join(appRoot, item[1]), item[2])
}
