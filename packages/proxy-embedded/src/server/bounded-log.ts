/** A log file that never grows past twice its bound: the full one becomes `<path>.1`. */
import { appendFile, rename, stat } from 'node:fs/promises'

export interface BoundedLog {
  write(line: string): void
  /** Resolves when everything is on disk, or could not be written. */
  flush(): Promise<void>
}

const flushEvery = 250
const maxWaiting = 256 * 1024

/** `now` gives the time in front of each line; without it lines are written as they are. */
export function createBoundedLog(path: string, maxBytes: number, now?: () => Date): BoundedLog {
  let waiting = ''
  let dropped = 0
  let timer: NodeJS.Timeout | undefined
  let size: number | undefined
  let writing: Promise<void> = Promise.resolve()

  const writeOut = async (): Promise<void> => {
    const text = dropped > 0 ? `${waiting}(${dropped} lines were dropped)\n` : waiting
    waiting = ''
    dropped = 0
    if (text === '') return
    try {
      size ??= await stat(path).then(
        (found) => found.size,
        () => 0,
      )
      if (size > 0 && size + text.length > maxBytes) {
        await rename(path, `${path}.1`)
        size = 0
      }
      await appendFile(path, text, { mode: 0o600 })
      size += text.length
    } catch {
      size = undefined // a full disk costs lines, not requests
    }
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(writeOut)
    return writing
  }
  return {
    write(line) {
      if (waiting.length > maxWaiting) {
        dropped++
        return
      }
      waiting += `${now ? `${now().toISOString()} ` : ''}${line}\n`
      timer ??= setTimeout(() => void flush(), flushEvery).unref()
    },
    flush,
  }
}
