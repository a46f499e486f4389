/** What a container has printed, as lines. */
import { StringDecoder } from 'node:string_decoder'
import type { Engine } from './engine.ts'

export interface LogRequest {
  /** Lines from the end; `all` for every one. */
  readonly tail: number | 'all'
  readonly follow?: boolean
  readonly signal?: AbortSignal
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void
}

/** A container that has gone has printed nothing. */
export async function readContainerLog(engine: Engine, id: string, { tail, follow = false, signal, onLine }: LogRequest): Promise<void> {
  const path = `/containers/${id}/logs?stdout=1&stderr=1&tail=${tail}&follow=${follow ? 1 : 0}`
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
export function splitFrames(onLine: LogRequest['onLine']): { push(chunk: Buffer): void; end(): void } {
  const streams = { stdout: { decoder: new StringDecoder('utf8'), rest: '' }, stderr: { decoder: new StringDecoder('utf8'), rest: '' } }
  let pending: Buffer = Buffer.alloc(0)
  const take = (name: 'stdout' | 'stderr', text: string): void => {
    const stream = streams[name]
    const lines = (stream.rest + text).split('\n')
    stream.rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line, name)
  }
  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      while (pending.length >= 8) {
        const length = pending.readUInt32BE(4)
        if (pending.length < 8 + length) return
        const name = pending[0] === 2 ? 'stderr' : 'stdout'
        take(name, streams[name].decoder.write(pending.subarray(8, 8 + length)))
        pending = pending.subarray(8 + length)
      }
    },
    end() {
      for (const name of ['stdout', 'stderr'] as const) {
        const rest = streams[name].rest + streams[name].decoder.end()
        if (rest !== '') onLine(rest, name)
        streams[name].rest = ''
      }
    },
  }
}
