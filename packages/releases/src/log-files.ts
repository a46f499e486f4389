/** The log files of an app's workers: `<worker>.<ordinal>.log`, older parts `<worker>.<ordinal>.log.1`, `.2`, … */
import { constants } from 'node:fs'
import { open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

export interface LogSelection {
  /** `AppHome.directories.logs`. */
  readonly directory: string
  /** Default: every worker. */
  readonly worker?: string
  /** Default: every ordinal. */
  readonly ordinal?: number
}

export interface LogFile {
  readonly worker: string
  readonly ordinal: number
  readonly path: string
}

export interface LogFileLines extends LogFile {
  /** Oldest first, without line ends. */
  readonly lines: readonly string[]
  /** Where reading ended, for `followLogs`. */
  readonly end: LogPosition
}

export interface LogPosition {
  /** Zero where there was no file. */
  readonly inode: number
  readonly offset: number
}

/** The last `lines` lines of each selected worker's log, across its newest rotated part; at most 1 MiB is read of each file. Empty where nothing has been logged. */
export async function readLogs({ lines, ...selection }: LogSelection & { readonly lines: number }): Promise<readonly LogFileLines[]> {
  const files = await logFiles(selection)
  return Promise.all(
    files.map(async (file) => {
      const { lines: newest, end } = await readLastLines(file.path, lines)
      const older = newest.length < lines ? (await readLastLines(`${file.path}.1`, lines - newest.length)).lines : []
      return { ...file, lines: [...older, ...newest], end }
    }),
  )
}

/** The selected log files, by worker and ordinal. */
export async function logFiles({ directory, worker, ordinal }: LogSelection): Promise<readonly LogFile[]> {
  const names = await readdir(directory).catch(orNothing<string[]>([]))
  return names
    .flatMap((name) => {
      const found = /^(.+)\.(\d+)\.log$/.exec(name)
      return found?.[1] === undefined ? [] : [{ worker: found[1], ordinal: Number(found[2]), path: join(directory, name) }]
    })
    .filter((file) => (worker === undefined || file.worker === worker) && (ordinal === undefined || file.ordinal === ordinal))
    .toSorted((one, other) => (one.worker === other.worker ? one.ordinal - other.ordinal : one.worker < other.worker ? -1 : 1))
}

/** Opens a log for reading; undefined when there is none. An app may write into the directory: links and devices are not followed. */
export async function openLog(path: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch(orNothing<undefined>(undefined))
  if (file === undefined || (await file.stat()).isFile()) return file
  await file.close()
  return undefined
}

const longestTail = 1024 * 1024
const chunkSize = 64 * 1024

/** The last `count` lines after the offset `after`: at most 1 MiB is read. A log shorter than that has been emptied, and is read from its beginning. */
export async function readLastLines(path: string, count: number, after = 0): Promise<Pick<LogFileLines, 'lines' | 'end'>> {
  const file = await openLog(path)
  if (file === undefined) return { lines: [], end: { inode: 0, offset: 0 } }
  try {
    const { size, ino } = await file.stat()
    const end = { inode: ino, offset: size }
    if (count <= 0) return { lines: [], end }
    const floor = Math.max(size < after ? 0 : after, size - longestTail)
    let [start, tail] = [size, Buffer.alloc(0)]
    while (start > floor && countLineEnds(tail) <= count) {
      const length = Math.min(chunkSize, start - floor)
      const chunk = Buffer.alloc(length)
      await file.read(chunk, 0, length, start - length)
      ;[start, tail] = [start - length, Buffer.concat([chunk, tail])]
    }
    return { lines: splitLines(tail.toString('utf8')).slice(-count), end }
  } finally {
    await file.close()
  }
}

function countLineEnds(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++
  return count
}

function splitLines(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** A file or directory that is not there, or is a link where none may be, is an empty log. */
function orNothing<T>(nothing: T) {
  return (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ELOOP' || error.code === 'ENXIO') return nothing
    throw error
  }
}
