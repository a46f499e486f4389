/** Copies single files between a release and the cache, with their modes and times. */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  futimesSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { secondsOf } from '@hop3/planner/source-tree'
import { holdsPath } from './release-paths.ts'

export interface CopiedFile {
  readonly mode: number
  readonly size: number
  readonly mtimeNs: bigint
}

/** Larger files are searched piece by piece. */
const inMemory = 1024 * 1024

/** True when the file holds one of the forms of the release's path. */
export function fileHoldsPath(path: string, size: number, forms: readonly string[]): boolean {
  return size > inMemory ? searchLarge(path, forms) : holdsPath(readFileSync(path), forms)
}

/** Hard-links; copies where the file system, the system's settings or the number of links forbid it. True when it is a link. */
export function linkOrCopy(from: string, to: string, file: CopiedFile): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error
    copyWhole(from, to, file)
    return false
  }
}

/** Copies a file with its content changed on the way. */
export function copyChanged(from: string, to: string, file: CopiedFile, change: (content: Buffer) => Buffer): void {
  writeFile(to, change(readFileSync(from)), file)
}

/** Copies, or clones where the file system can. */
export function copyWhole(from: string, to: string, file: CopiedFile): void {
  copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  chmodSync(to, file.mode)
  const time = secondsOf(file.mtimeNs)
  utimesSync(to, time, time)
}

function writeFile(to: string, content: Buffer, file: CopiedFile): void {
  const target = openSync(to, 'wx', 0o600)
  try {
    for (let written = 0; written < content.length;) written += writeSync(target, content, written)
    fchmodSync(target, file.mode)
    const time = secondsOf(file.mtimeNs)
    futimesSync(target, time, time)
  } finally {
    closeSync(target)
  }
}

/** Looks through a file piece by piece; pieces overlap by the longest form, so that none is cut in two. */
function searchLarge(path: string, forms: readonly string[]): boolean {
  const overlap = Math.max(...forms.map((form) => Buffer.byteLength(form)))
  const buffer = Buffer.allocUnsafe(inMemory * 4 + overlap)
  const file = openSync(path, 'r')
  let kept = 0
  const next = (): number => readSync(file, buffer, kept, buffer.length - kept, null)
  try {
    for (let read = next(); read > 0; read = next()) {
      const filled = kept + read
      if (holdsPath(buffer.subarray(0, filled), forms)) return true
      kept = Math.min(overlap, filled)
      buffer.copy(buffer, 0, filled - kept, filled)
    }
    return false
  } finally {
    closeSync(file)
  }
}
