/** Where things are in a JSON text, which JSON.parse does not say: of values by path, and of the first fault. */

export interface JsonPositions {
  /** Path (as `pathKey` writes it) → offset of the member's name, or of the element in an array. */
  readonly offsets: ReadonlyMap<string, number>
  /** Offset of the first fault; undefined when there is none, or it lies too deep to follow. */
  readonly fault: number | undefined
  /** The first name that an object has a second time; undefined when there is none. */
  readonly repeated: RepeatedMember | undefined
}

export interface RepeatedMember {
  readonly path: readonly string[]
  /** Offsets of the two names. */
  readonly first: number
  readonly second: number
}

/** Deeper values have no position: no configuration goes there, and the scanner calls itself. */
const deepest = 200

const space = /[ \t\n\r]*/y
// eslint-disable-next-line no-control-regex -- JSON's own definition of a string
const string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** One map key for a path, whatever its parts contain. */
export function pathKey(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String))
}

/** Scans a JSON text without building its value. Never throws. */
export function jsonPositions(text: string): JsonPositions {
  const scan: Scan = { text, at: 0, offsets: new Map(), isTooDeep: false, repeated: undefined }
  const isValue = scanValue(scan, [])
  const { offsets, repeated } = scan
  if (scan.isTooDeep) return { offsets, repeated, fault: undefined }
  skip(scan, space)
  return { offsets, repeated, fault: isValue && scan.at === text.length ? undefined : scan.at }
}

interface Scan {
  readonly text: string
  readonly offsets: Map<string, number>
  at: number
  isTooDeep: boolean
  repeated: RepeatedMember | undefined
}

/** Each scanner leaves `at` behind what it took and returns true, or at the fault and returns false. */
function scanValue(scan: Scan, path: readonly string[]): boolean {
  skip(scan, space)
  if (path.length > deepest) {
    scan.isTooDeep = true
    return false
  }
  if (take(scan, '{')) return scanMembers(scan, '}', () => scanMember(scan, path))
  if (take(scan, '[')) return scanMembers(scan, ']', (index) => scanElement(scan, path, index))
  return skip(scan, string) || skip(scan, scalar)
}

function scanMembers(scan: Scan, end: string, scanOne: (index: number) => boolean): boolean {
  skip(scan, space)
  if (take(scan, end)) return true
  for (let index = 0; ; index++) {
    if (!scanOne(index)) return false
    skip(scan, space)
    if (take(scan, end)) return true
    if (!take(scan, ',')) return false
  }
}

function scanMember(scan: Scan, path: readonly string[]): boolean {
  skip(scan, space)
  const start = scan.at
  if (!skip(scan, string)) return false
  const name: unknown = JSON.parse(scan.text.slice(start, scan.at))
  const own = [...path, String(name)]
  const first = scan.offsets.get(pathKey(own))
  if (first !== undefined) scan.repeated ??= { path: own, first, second: start }
  scan.offsets.set(pathKey(own), start)
  skip(scan, space)
  return take(scan, ':') && scanValue(scan, own)
}

function scanElement(scan: Scan, path: readonly string[], index: number): boolean {
  skip(scan, space)
  const own = [...path, String(index)]
  scan.offsets.set(pathKey(own), scan.at)
  return scanValue(scan, own)
}

function take(scan: Scan, character: string): boolean {
  if (scan.text[scan.at] !== character) return false
  scan.at++
  return true
}

function skip(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at
  const found = pattern.exec(scan.text)
  if (found === null) return false
  scan.at = pattern.lastIndex
  return true
}
