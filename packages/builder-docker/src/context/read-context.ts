/**
 * Lists what of a directory a build may read, in the order the engine wants it: depth first, by bytes. Nothing is followed and nothing is
 * read. Synchronous calls, because they are several times faster for thousands of small files; it pauses between directories.
 */
import { lstatSync, readdirSync, readlinkSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as pause } from 'node:timers/promises'
import { hop3Error, toHop3Error, visible } from '@hop3/core'
import { stampOf } from '@hop3/planner/source-tree'
import type { ContextEntry } from './context-entry.ts'

export interface ContextRequest {
  /** Absolute. */
  readonly root: string
  readonly judge: ContextJudge
  /** Absolute paths of Hop3's own directories: what contains one of them is not source. */
  readonly own: readonly string[]
  /** Seconds since 1970 (SOURCE_DATE_EPOCH): every file then says that it is of that time. */
  readonly epoch?: number
  readonly signal: AbortSignal
}

/** Decides about what is in one directory. */
export interface ContextJudge {
  (
    path: string,
    isDirectory: boolean,
  ): {
    readonly isTaken: boolean
    /** For a directory that is not taken as such: something in it may be. Absent: nothing is. */
    readonly below?: ContextJudge
  }
}

export interface ContextListing {
  readonly entries: readonly ContextEntry[]
  /** Sockets, pipes and devices, which no image can hold. */
  readonly left: readonly string[]
}

/** Throws `build.source-unreadable` and `build.source-file-name`. */
export async function readContext(request: ContextRequest): Promise<ContextListing> {
  const walk: Walk = { ...request, entries: [], left: [], directories: 0 }
  await walkDirectory(walk, '', request.judge)
  return walk
}

interface Walk extends ContextRequest {
  readonly entries: ContextEntry[]
  readonly left: string[]
  directories: number
}

const directoriesBetweenPauses = 64

async function walkDirectory(walk: Walk, directory: string, judge: ContextJudge): Promise<void> {
  if (++walk.directories % directoriesBetweenPauses === 0) {
    await pause()
    walk.signal.throwIfAborted()
  }
  for (const child of sortedChildren(walk.root, directory)) {
    const path = directory === '' ? child.name : `${directory}/${child.name}`
    if (path.includes('\uFFFD')) throw nameError(path)
    const absolute = join(walk.root, path)
    const isDirectory = child.isDirectory()
    if (isDirectory && walk.own.some((one) => one === absolute || one.startsWith(`${absolute}/`))) continue
    const { isTaken, below } = judge(path, isDirectory)
    if (!isTaken && below === undefined) continue
    const entry = entryOf(walk, path, absolute, child)
    if (entry === undefined) walk.left.push(path)
    else if (entry.kind !== 'directory') walk.entries.push(entry)
    else {
      // A directory that is left out is made after all for what is taken of it.
      const before = walk.entries.length
      walk.entries.push(entry)
      await walkDirectory(walk, path, below ?? judge)
      if (!isTaken && walk.entries.length === before + 1) walk.entries.pop()
    }
  }
}

function sortedChildren(root: string, directory: string): readonly Dirent[] {
  try {
    const children = readdirSync(join(root, directory), { withFileTypes: true })
    // By bytes, which is not how strings compare beyond U+FFFF.
    return children.toSorted((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)))
  } catch (error) {
    throw unreadable(directory === '' ? '.' : directory, error)
  }
}

function entryOf({ epoch }: Walk, path: string, absolute: string, child: Dirent): ContextEntry | undefined {
  try {
    const stats = lstatSync(absolute, { bigint: true })
    const mtimeNs = epoch === undefined ? stats.mtimeNs : BigInt(epoch) * 1_000_000_000n
    const common = { path, mode: Number(stats.mode & 0o7777n), mtimeNs }
    if (child.isDirectory()) return { ...common, kind: 'directory' }
    if (child.isSymbolicLink()) return { ...common, kind: 'link', target: readlinkSync(absolute) }
    if (!child.isFile()) return undefined
    return { ...common, kind: 'file', size: Number(stats.size), content: { path: absolute, stamp: stampOf(stats) } }
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** Changes whenever the content may have. */
/** Also for a file that cannot be opened later, when the engine asks for it. */
export function unreadable(path: string, cause: unknown): Error {
  const { message } = toHop3Error(cause, `Cannot read ${visible(path)} of the source`)
  return hop3Error('build.source-unreadable', message, {
    hint: `Make it readable for this user, or leave it out: add ${visible(path)} to .dockerignore.`,
    details: { path },
    cause,
  })
}

function nameError(path: string): Error {
  return hop3Error('build.source-file-name', `The name of ${visible(path)} is not UTF-8.`, {
    hint: 'Rename it, or leave its directory out: add it to .dockerignore.',
    details: { path },
  })
}
