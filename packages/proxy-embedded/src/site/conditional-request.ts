/** Whether a client has the file already, and which part of it is asked for (RFC 9110 §13, §14). */
import type { IncomingHttpHeaders } from 'node:http'

export interface Validators {
  readonly etag: string
  /** Milliseconds since 1970. */
  readonly modified: number
}

/** True for a 304. `If-None-Match` decides when it is there; dates have whole seconds. */
export function isNotModified(headers: IncomingHttpHeaders, { etag, modified }: Validators): boolean {
  const match = headers['if-none-match']
  if (match !== undefined) return match.trim() === '*' || match.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
  const since = headers['if-modified-since']
  return since !== undefined && wholeSeconds(modified) <= Date.parse(since)
}

/** `whole`: send all of it; `unsatisfiable`: a 416. `last` is inclusive. */
export type Range = { readonly kind: 'whole' | 'unsatisfiable' } | { readonly kind: 'part'; readonly first: number; readonly last: number }

/** One range is served; several, other units and syntax errors are ignored, as the standard allows. */
export function requestedRange(headers: IncomingHttpHeaders, size: number, validators: Validators): Range {
  const range = headers.range
  if (range === undefined || !ifRangeHolds(headers['if-range'], validators)) return { kind: 'whole' }
  const found = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/.exec(range)
  const from = found?.[1] ?? ''
  const to = found?.[2] ?? ''
  if (from === '' && to === '') return { kind: 'whole' }
  if (from === '') {
    const count = Math.min(Number(to), size)
    return count === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', first: size - count, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < first) return { kind: 'whole' }
  return first >= size ? { kind: 'unsatisfiable' } : { kind: 'part', first, last }
}

function ifRangeHolds(ifRange: string | string[] | undefined, { etag, modified }: Validators): boolean {
  if (typeof ifRange !== 'string') return ifRange === undefined
  return ifRange.includes('"') ? ifRange === etag : Date.parse(ifRange) === wholeSeconds(modified)
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}
