/** Reads one HTTP/1.1 response from the bytes of a connection. */
import { createChunkedBody, type ChunkedBody } from './chunked-body.ts'
import { parseResponseHead, type ResponseHead } from './response-head.ts'

export interface ResponseEvents {
  /** `more`: bytes of the body are at hand and follow at once. */
  onHead(head: ResponseHead, more: boolean): void
  /** `last`: nothing follows but `onEnd`. */
  onData(data: Buffer, last: boolean): void
  /** `rest`: bytes after the response's end. */
  onEnd(trailers: readonly string[], rest: Buffer): void
  /** A 101: the connection belongs to another protocol from here on. */
  onUpgrade(head: ResponseHead, rest: Buffer): void
}

export interface ResponseParser {
  /** Throws when the bytes are not a response. */
  push(bytes: Buffer): void
  /** The connection ended. Returns whether the response was complete by that. */
  end(): boolean
}

const maxHead = 65_536
const nothing = Buffer.alloc(0)

export function createResponseParser(method: string, events: ResponseEvents): ResponseParser {
  let waiting: Buffer = nothing
  let head: ResponseHead | undefined
  let left = 0
  let chunked: ChunkedBody | undefined

  const readHead = (bytes: Buffer): void => {
    const all = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
    const end = all.indexOf('\r\n\r\n')
    if ((end === -1 ? all.length : end) > maxHead) throw new Error('the head of the response is too large')
    waiting = end === -1 ? all : nothing
    if (end === -1) return
    const parsed = parseResponseHead(all.toString('latin1', 0, end), method)
    if (parsed === undefined) throw new Error('the head of the response is malformed')
    const rest = all.subarray(end + 4)
    if (parsed.statusCode === 101) return events.onUpgrade(parsed, rest)
    if (parsed.statusCode < 200) {
      events.onHead(parsed, false)
      return rest.length === 0 ? undefined : readHead(rest)
    }
    head = parsed
    if (parsed.framing.kind === 'length') left = parsed.framing.length
    if (parsed.framing.kind === 'chunked') chunked = createChunkedBody()
    events.onHead(parsed, rest.length > 0 || parsed.framing.kind === 'none')
    if (parsed.framing.kind === 'none') events.onEnd([], rest)
    else if (rest.length > 0) readBody(rest, parsed)
  }

  const readBody = (bytes: Buffer, { framing }: ResponseHead): void => {
    if (chunked !== undefined) {
      const end = chunked.read(bytes, 0, (data) => events.onData(data, false))
      if (end !== -1) events.onEnd(chunked.trailers, bytes.subarray(end))
    } else if (framing.kind === 'close') {
      events.onData(bytes, false)
    } else if (bytes.length < left) {
      left -= bytes.length
      events.onData(bytes, false)
    } else {
      const rest = bytes.subarray(left)
      events.onData(rest.length === 0 ? bytes : bytes.subarray(0, left), true)
      events.onEnd([], rest)
    }
  }

  return {
    push: (bytes) => (head === undefined ? readHead(bytes) : readBody(bytes, head)),
    end() {
      if (head?.framing.kind !== 'close') return false
      events.onEnd([], nothing)
      return true
    },
  }
}
