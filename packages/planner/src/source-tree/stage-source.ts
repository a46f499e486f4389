/** Copies the source into a release. */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setImmediate as pause } from 'node:timers/promises'
import { toHop3Error } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { secondsOf } from './file-times.ts'
import type { SourceEntry, SourceFile } from './source-entry.ts'
import { hashFile, identityOf, stampOf } from './source-scan.ts'
import { changedError, unreadableError } from './source-errors.ts'
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
 * hard links, so that neither side can change the other. Throws `build.source-changed` when something else is at a file's path by now.
 */
export async function stageSource({ sourcePath, entries, target, signal }: StageRequest): Promise<readonly SourceEntry[]> {
  const staged: SourceEntry[] = []
  const buffer = Buffer.allocUnsafeSlow(copiedInMemory)
  try {
    mkdirSync(target, { mode: 0o755 })
    for (const [index, entry] of entries.entries()) {
      staged.push(stageEntry(entry, join(sourcePath, entry.path), join(target, entry.path), buffer))
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

function stageEntry(entry: SourceEntry, from: string, to: string, buffer: Buffer): SourceEntry {
  if (entry.kind === 'directory') mkdirSync(to)
  else if (entry.kind === 'link') symlinkSync(entry.target, to)
  else return stageFile(entry, from, to, buffer)
  return entry
}

function stageFile(entry: SourceFile, from: string, to: string, buffer: Buffer): SourceFile {
  const file = openListed(entry, from)
  try {
    copyFile(entry, file, to, buffer)
    finish(to, entry)
    const stats = fstatSync(file, { bigint: true })
    if (stampOf(stats) === entry.stamp) return entry
    const size = lstatSync(to).size
    return { ...entry, size, mtimeNs: stats.mtimeNs, stamp: stampOf(stats), hash: hashFile(to, size) }
  } finally {
    closeSync(file)
  }
}

/** Opens the very file that was listed. A link or pipe put in its place, or in that of a directory above it, is neither followed nor waited for. */
function openListed(entry: SourceFile, from: string): number {
  const file = openSource(entry, from)
  const stats = fstatSync(file, { bigint: true })
  if (stats.isFile() && identityOf(stats) === entry.identity) return file
  closeSync(file)
  throw changedError(entry.path, 'was replaced')
}

function openSource({ path }: SourceFile, from: string): number {
  try {
    return openSync(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch (error) {
    // ENXIO: a socket is there now.
    const isOther = ['ELOOP', 'ENXIO', 'ENOTDIR'].includes(systemCode(error))
    throw isOther ? changedError(path, 'was replaced', error) : unreadableError(path, error)
  }
}

function copyFile({ size }: SourceFile, file: number, to: string, buffer: Buffer): void {
  if (size > copiedInMemory && process.platform === 'linux' && cloneOpen(file, to)) return
  const target = openSync(to, 'wx', 0o600)
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      for (let written = 0; written < read;) written += writeSync(target, buffer, written, read - written)
    }
  } finally {
    closeSync(target)
  }
}

/** The path names the open file itself, whatever has become of its name. False without /proc. */
function cloneOpen(file: number, to: string): boolean {
  try {
    copyFileSync(`/proc/self/fd/${file}`, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    return true
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    return false
  }
}

/** Modes by hand, because the process's umask would have a say otherwise, and writable by us, or no phase could replace the file. Times are kept: they become ETags. */
function finish(to: string, entry: SourceFile): void {
  chmodSync(to, entry.mode | 0o200)
  const time = secondsOf(entry.mtimeNs)
  utimesSync(to, time, time)
}

/** Last, because a directory that is not writable could not have been filled. */
function restoreDirectoryModes(target: string, entries: readonly SourceEntry[]): void {
  for (const entry of entries) if (entry.kind === 'directory') chmodSync(join(target, entry.path), entry.mode | 0o700)
}
