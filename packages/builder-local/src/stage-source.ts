/** Copies the source into a release. */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeSync,
  type BigIntStats,
} from 'node:fs'
import { join } from 'node:path'
import { setImmediate as pause } from 'node:timers/promises'
import { toHop3Error } from '@hop3/core'
import { secondsOf } from './file-times.ts'
import type { SourceEntry, SourceFile } from './source-entry.ts'
import { hashFile, stampOf } from './source-scan.ts'
import { unreadableError } from './source-errors.ts'
import { checkCopiedLink } from './source-links.ts'

export interface StageRequest {
  readonly sourcePath: string
  readonly entries: readonly SourceEntry[]
  /** Made by this; must not exist. */
  readonly target: string
  readonly signal: AbortSignal
}

/** Above this, the file system's own copy (or clone) is faster than reading and writing. */
const copiedInMemory = 64 * 1024
const entriesBetweenPauses = 256

/**
 * The entries as they were copied: a file that changed after it was hashed carries the hash of its copy. Files are copies or clones, never
 * hard links, so that neither side can change the other.
 */
export async function stageSource({ sourcePath, entries, target, signal }: StageRequest): Promise<readonly SourceEntry[]> {
  const staged: SourceEntry[] = []
  try {
    mkdirSync(target, { mode: 0o755 })
    for (const [index, entry] of entries.entries()) {
      staged.push(stageEntry(entry, join(sourcePath, entry.path), join(target, entry.path)))
      if (index % entriesBetweenPauses === 0) {
        await pause()
        signal.throwIfAborted()
      }
    }
    for (const entry of entries) if (entry.kind === 'link') checkCopiedLink(target, entry.path, entry.target)
    restoreDirectoryModes(target, entries)
  } catch (error) {
    if (signal.aborted) throw error
    throw toHop3Error(error, 'Cannot copy the source into the release')
  }
  return staged
}

function stageEntry(entry: SourceEntry, from: string, to: string): SourceEntry {
  if (entry.kind === 'directory') mkdirSync(to)
  else if (entry.kind === 'link') symlinkSync(entry.target, to)
  else return stageFile(entry, from, to)
  return entry
}

function stageFile(entry: SourceFile, from: string, to: string): SourceFile {
  copyFile(entry, from, to)
  const stats = statSource(from, entry.path)
  if (stampOf(stats) === entry.stamp) return entry
  const size = lstatSync(to).size
  return { ...entry, size, mtimeNs: stats.mtimeNs, stamp: stampOf(stats), hash: hashFile(to, size) }
}

function copyFile(entry: SourceFile, from: string, to: string): void {
  if (entry.size > copiedInMemory) {
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    finish(to, entry)
    return
  }
  const content = readSource(from, entry.path)
  const file = openSync(to, 'wx', 0o600)
  try {
    for (let written = 0; written < content.length;) written += writeSync(file, content, written)
  } finally {
    closeSync(file)
  }
  finish(to, entry)
}

/** Modes by hand, because the process's umask would have a say otherwise, and writable by us, or no phase could replace the file. Times are kept: they become ETags. */
function finish(to: string, entry: SourceFile): void {
  chmodSync(to, entry.mode | 0o200)
  const time = secondsOf(entry.mtimeNs)
  utimesSync(to, time, time)
}

function readSource(from: string, path: string): Buffer {
  try {
    return readFileSync(from)
  } catch (error) {
    throw unreadableError(path, error)
  }
}

function statSource(from: string, path: string): BigIntStats {
  try {
    return lstatSync(from, { bigint: true })
  } catch (error) {
    throw unreadableError(path, error)
  }
}

/** Last, because a directory that is not writable could not have been filled. */
function restoreDirectoryModes(target: string, entries: readonly SourceEntry[]): void {
  for (const entry of entries) if (entry.kind === 'directory') chmodSync(join(target, entry.path), entry.mode | 0o700)
}
