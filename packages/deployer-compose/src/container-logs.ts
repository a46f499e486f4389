/** What a container or a task has printed, as lines. */
import { splitLines } from '@hop3/core/processes'
import type { Engine } from './engine.ts'

export interface PrintedRequest {
  /** Lines from the end; `all` for every one. */
  readonly tail: number | 'all'
  readonly follow?: boolean
  readonly signal?: AbortSignal
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void
}

/** One that has gone has printed nothing. */
export async function readContainerLog(engine: Engine, id: string, request: PrintedRequest): Promise<void> {
  await readLog(engine, `/containers/${id}`, request)
}

/** On whichever node it ran: the manager fetches it. */
export async function readTaskLog(engine: Engine, id: string, request: PrintedRequest): Promise<void> {
  await readLog(engine, `/tasks/${id}`, request)
}

async function readLog(engine: Engine, of: string, { tail, follow = false, signal, onLine }: PrintedRequest): Promise<void> {
  const path = `${of}/logs?stdout=1&stderr=1&tail=${tail}&follow=${follow ? 1 : 0}`
  const split = splitFrames(onLine)
  let isLog: boolean | undefined
  await engine.stream(
    path,
    (chunk) => {
      // An error of the engine's is JSON; frames begin with 0, 1 or 2.
      isLog ??= (chunk[0] ?? 0) <= 2
      if (isLog) split.push(chunk)
    },
    signal,
  )
  split.end()
}

/** The last lines that are not empty, for an error. */
export async function lastLines(engine: Engine, id: string, most = 20): Promise<string> {
  const lines: string[] = []
  await readContainerLog(engine, id, { tail: most * 2, onLine: (line) => void lines.push(line) }).catch(() => {})
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-most)
    .join('\n')
}

/** The engine's frames (8 bytes: stream, three zeros, length) into whole lines of each stream. */
function splitFrames(onLine: PrintedRequest['onLine']): { push(chunk: Buffer): void; end(): void } {
  const streams = {
    stdout: splitLines((line) => onLine(line, 'stdout')),
    stderr: splitLines((line) => onLine(line, 'stderr')),
  }
  let pending: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      while (pending.length >= 8) {
        const length = pending.readUInt32BE(4)
        if (pending.length < 8 + length) return
        streams[pending[0] === 2 ? 'stderr' : 'stdout'].push(pending.subarray(8, 8 + length))
        pending = pending.subarray(8 + length)
      }
    },
    end() {
      streams.stdout.end()
      streams.stderr.end()
    },
  }
}
