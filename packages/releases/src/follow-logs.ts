/** Follows log files as they grow, are rotated, truncated and made. By looking again, which works on every file system and needs no watches. */
import type { FileHandle } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import type { Clock } from '@hop3/core'
import { logFiles, openLog, type LogFile, type LogFileLines, type LogPosition, type LogSelection } from './log-files.ts'

export interface LogLine {
  readonly worker: string
  readonly ordinal: number
  /** Without its line end. */
  readonly text: string
}

export interface FollowRequest extends LogSelection {
  readonly clock: Clock
  /** Ends the iteration. */
  readonly signal: AbortSignal
  /** What `readLogs` has given of the same selection: nothing is left out or given twice in between. */
  readonly after?: readonly LogFileLines[]
  /** Milliseconds between looks. Default 200. */
  readonly interval?: number
}

/**
 * Yields what is logged from the call on, or from where `after` ended: complete lines, also of workers whose first log appears later. A rotated file is read to its
 * end before its successor, and a truncated one from its beginning.
 */
export async function* followLogs({
  clock,
  signal,
  interval = 200,
  after,
  ...selection
}: FollowRequest): AsyncGenerator<LogLine, void, undefined> {
  const followed = new Map<string, Followed>()
  try {
    for (const file of await logFiles(selection))
      await openAt(followed, file, after === undefined ? 'end' : (after.find(({ path }) => path === file.path)?.end ?? 'start'))
    while (!signal.aborted) {
      for (const file of await logFiles(selection)) {
        if (!followed.has(file.path)) await openAt(followed, file, 'start')
        yield* readNew(followed, file)
      }
      await clock.sleep(interval, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    }
  } finally {
    await Promise.all([...followed.values()].map(({ handle }) => handle.close()))
  }
}

interface Followed {
  readonly handle: FileHandle
  readonly inode: number
  readonly decoder: StringDecoder
  position: number
  /** The beginning of a line whose end has not been written. */
  rest: string
}

async function openAt(followed: Map<string, Followed>, file: LogFile, where: 'start' | 'end' | LogPosition): Promise<void> {
  const handle = await openLog(file.path)
  if (handle === undefined) return
  const { ino, size } = await handle.stat()
  const position = where === 'end' ? size : where === 'start' || where.inode !== ino ? 0 : where.offset
  followed.set(file.path, { handle, inode: ino, decoder: new StringDecoder('utf8'), position, rest: '' })
}

async function* readNew(followed: Map<string, Followed>, file: LogFile): AsyncGenerator<LogLine, void, undefined> {
  const open = followed.get(file.path)
  if (open === undefined) return
  const replaced = await inodeAt(file.path)
  yield* readOn(open, file)
  if (replaced === undefined || replaced === open.inode) return
  if (open.rest !== '') yield { worker: file.worker, ordinal: file.ordinal, text: open.rest }
  await open.handle.close()
  followed.delete(file.path)
  await openAt(followed, file, 'start')
  yield* readNew(followed, file)
}

async function* readOn(open: Followed, { worker, ordinal }: LogFile): AsyncGenerator<LogLine, void, undefined> {
  const { size } = await open.handle.stat()
  if (size < open.position) [open.position, open.rest] = [0, '']
  const chunk = Buffer.alloc(64 * 1024)
  for (;;) {
    const { bytesRead } = await open.handle.read(chunk, 0, chunk.length, open.position)
    if (bytesRead === 0) return
    open.position += bytesRead
    const lines = (open.rest + open.decoder.write(chunk.subarray(0, bytesRead))).split('\n')
    open.rest = lines.pop() ?? ''
    for (const line of lines) yield { worker, ordinal, text: line.endsWith('\r') ? line.slice(0, -1) : line }
  }
}

async function inodeAt(path: string): Promise<number | undefined> {
  const handle = await openLog(path)
  if (handle === undefined) return undefined
  const { ino } = await handle.stat()
  await handle.close()
  return ino
}
