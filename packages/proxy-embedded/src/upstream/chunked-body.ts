/** Takes the chunked coding off a body (RFC 9112 §7.1). */
import { parseField } from './field-line.ts'

export interface ChunkedBody {
  /** Hands `bytes` from `offset` on to `onData`. Returns the offset after the body's end, -1 when more is needed; throws when it is malformed. */
  read(bytes: Buffer, offset: number, onData: (data: Buffer) => void): number
  /** Name, value, …: complete once `read` has returned an offset. */
  readonly trailers: readonly string[]
}

const maxLine = 8_192
const maxTrailers = 64
const sizeLine = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/

export function createChunkedBody(): ChunkedBody {
  let state: 'size' | 'data' | 'data-end' | 'trailers' = 'size'
  let line = ''
  let left = 0
  const trailers: string[] = []

  /** Adds to `line` until its CRLF; returns the offset after it, or -1. */
  const readLine = (bytes: Buffer, offset: number): number => {
    const end = bytes.indexOf(10, offset)
    line += bytes.toString('latin1', offset, end === -1 ? bytes.length : end)
    if (line.length > maxLine) throw new Error('a line of the chunked coding is too long')
    if (end === -1) return -1
    if (!line.endsWith('\r')) throw new Error('a line of the chunked coding does not end with CRLF')
    line = line.slice(0, -1)
    return end + 1
  }

  const read = (bytes: Buffer, start: number, onData: (data: Buffer) => void): number => {
    let offset = start
    while (offset < bytes.length) {
      if (state === 'data') {
        const end = Math.min(bytes.length, offset + left)
        onData(bytes.subarray(offset, end))
        left -= end - offset
        offset = end
        if (left === 0) state = 'data-end'
        continue
      }
      offset = readLine(bytes, offset)
      if (offset === -1) return -1
      const text = line
      line = ''
      if (state === 'size') {
        const size = sizeLine.exec(text)?.[1]
        if (size === undefined) throw new Error('a chunk has no size')
        left = Number.parseInt(size, 16)
        state = left === 0 ? 'trailers' : 'data'
      } else if (state === 'data-end') {
        if (text !== '') throw new Error('a chunk is longer than its size')
        state = 'size'
      } else if (text === '') {
        return offset
      } else {
        const field = parseField(text)
        if (field === undefined || trailers.length >= 2 * maxTrailers) throw new Error('a trailer is malformed')
        trailers.push(field.name, field.value)
      }
    }
    return -1
  }
  return { read, trailers }
}
