/** The head of an HTTP/1.1 response, and how its body is framed (RFC 9112). Strict: what is not exactly HTTP is refused. */
import { parseField } from './field-line.ts'

export interface ResponseHead {
  readonly statusCode: number
  readonly statusMessage: string
  /** Name, value, name, value, … as sent. */
  readonly headers: readonly string[]
  readonly framing: Framing
  /** Whether the connection may carry another request after this response. */
  readonly reusable: boolean
  /** `text/event-stream`: it ends when somebody ends it. */
  readonly isEventStream: boolean
}

/** `close`: the body ends with the connection. */
export type Framing = { readonly kind: 'none' | 'chunked' | 'close' } | { readonly kind: 'length'; readonly length: number }

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/
const eventStream = /^text\/event-stream(?:[ \t]*;|$)/i
const digits = /^\d{1,15}$/

/** Parses `text`, the head without its last empty line, as the answer to `method`. Undefined when it is malformed. */
export function parseResponseHead(text: string, method: string): ResponseHead | undefined {
  const lines = text.split('\r\n')
  const status = statusLine.exec(lines[0] ?? '')
  if (status === null) return undefined
  const headers: string[] = []
  let length: string | undefined
  let coding: string | undefined
  let connection = ''
  let isEventStream = false
  for (let index = 1; index < lines.length; index++) {
    const field = parseField(lines[index] ?? '')
    if (field === undefined) return undefined
    const { name, value } = field
    headers.push(name, value)
    switch (name.length) {
      case 10:
        if (name.toLowerCase() === 'connection') connection += `,${value.toLowerCase()}`
        break
      case 12:
        if (name.toLowerCase() === 'content-type') isEventStream = eventStream.test(value)
        break
      case 14:
        if (name.toLowerCase() !== 'content-length') break
        if (!digits.test(value) || (length !== undefined && length !== value)) return undefined
        length = value
        break
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') coding = coding === undefined ? value : `${coding},${value}`
        break
      default:
    }
  }
  // Taking `chunked` off what is coded twice would leave the client bytes it cannot read, and HTTP/1.0 has no transfer codings.
  if (coding !== undefined && (status[1] === '0' || coding.toLowerCase() !== 'chunked')) return undefined
  const statusCode = Number(status[2])
  const framing = framingOf(statusCode, method, length, coding !== undefined)
  const tokens = connection.split(',').map((token) => token.trim())
  const persistent = status[1] === '1' ? !tokens.includes('close') : tokens.includes('keep-alive')
  // Both lengths at once is how responses are smuggled: the coding wins (RFC 9112 §6.3), and the connection is not used again.
  const reusable = persistent && framing.kind !== 'close' && !(length !== undefined && coding !== undefined)
  return { statusCode, statusMessage: status[3] ?? '', headers, framing, reusable, isEventStream }
}

function framingOf(statusCode: number, method: string, length: string | undefined, chunked: boolean): Framing {
  if (method === 'HEAD' || statusCode < 200 || statusCode === 204 || statusCode === 304) return { kind: 'none' }
  if (chunked) return { kind: 'chunked' }
  if (length === undefined) return { kind: 'close' }
  return length === '0' ? { kind: 'none' } : { kind: 'length', length: Number(length) }
}
