/** What a Nix program says with `--log-format internal-json`: one event a line, the same from Nix 2.4 to today. */
import { isObject, parseJson } from '@hop3/core/json'

export type NixEvent =
  /** `isError`: Nix itself could not go on. What a builder has it say for it comes at any level, but without a reason of its own. */
  | { readonly kind: 'message'; readonly isSevere: boolean; readonly isError: boolean; readonly problem: NixProblem }
  | { readonly kind: 'begin'; readonly id: number; readonly derivation: string; readonly isBuild: boolean }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'phase'; readonly id: number; readonly name: string }
  | { readonly kind: 'output'; readonly id: number; readonly line: string }
  /** The beginning of an event too long for one line: only what a builder prints is. */
  | { readonly kind: 'cut' }

export interface NixProblem {
  /** The whole text with its excerpts and trace, without colors. */
  readonly text: string
  /** The reason alone. */
  readonly reason: string
  /** Where it happened, then where that was called, innermost first. */
  readonly places: readonly NixPlace[]
}

export interface NixPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

export const outOfMemory = 'out of memory'
export const changedPath = "hash mismatch importing path '"

export const mark = '@nix '
const activity = { build: 105, substitute: 108 }
const result = { line: 101, phase: 104 }

/** Undefined for what is of no interest, and for what is no event: the rest of one that was cut may read like anything. */
export function parseEvent(line: string): NixEvent | undefined {
  if (!line.startsWith(mark)) return undefined
  const event = parseJson(line.slice(mark.length))
  if (event === undefined) return { kind: 'cut' }
  if (!isObject(event)) return undefined
  const { action, type, fields } = event
  const first: unknown = Array.isArray(fields) ? fields[0] : undefined
  const id = typeof event['id'] === 'number' ? event['id'] : 0
  if (action === 'msg') {
    const isSevere = event['level'] === 0
    return { kind: 'message', isSevere, isError: isSevere && typeof event['raw_msg'] === 'string', problem: problemOf(event) }
  }
  if (action === 'stop') return { kind: 'end', id }
  if (typeof first !== 'string') return undefined
  if (action === 'start' && (type === activity.build || type === activity.substitute))
    return { kind: 'begin', id, derivation: first, isBuild: type === activity.build }
  if (action === 'result' && type === result.line) return { kind: 'output', id, line: readable(first) }
  if (action === 'result' && type === result.phase) return { kind: 'phase', id, name: first }
  return undefined
}

/** What Nix says without a reason of its own, though nobody had it say that: to be believed while no builder has printed anything. */
export function isUnreasoned({ isSevere, problem }: Extract<NixEvent, { readonly kind: 'message' }>): boolean {
  return isSevere && (problem.text === outOfMemory || problem.text.startsWith(changedPath))
}

/** What Nix says before it knows that it is to say it in events: of its arguments and its nix.conf, when nothing of the app's has run. */
export function earlyProblem(line: string): NixProblem | undefined {
  const text = plain(line)
  if (!text.startsWith('error: ')) return undefined
  return { text: text.slice(7), reason: text.slice(7), places: [] }
}

/** What a builder could not even be started for comes as a record of Nix's own, in binary, where its output is expected: the text in it. */
function readable(line: string): string {
  if (!line.includes('\0')) return line
  const texts = line.split('\0').toSorted((one, other) => other.length - one.length)
  return plain(texts[0] ?? '')
}

/** Without terminal colors. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- colors begin with one
  return text.replaceAll(/\u001B\[[0-9;]*m/g, '')
}

function problemOf(event: Readonly<Record<string, unknown>>): NixProblem {
  const { msg, raw_msg: raw, trace } = event
  const text = plain(typeof msg === 'string' ? msg : '').replace(/^error: /, '')
  const calls: readonly unknown[] = Array.isArray(trace) ? trace : []
  return { text, reason: typeof raw === 'string' ? plain(raw) : text, places: [event, ...calls].flatMap(placeOf) }
}

function placeOf(value: unknown): readonly NixPlace[] {
  if (!isObject(value)) return []
  const { file, line, column } = value
  if (typeof file !== 'string' || typeof line !== 'number') return []
  return [{ file, line, column: typeof column === 'number' ? column : 1 }]
}

/** `app-1.0` of `/nix/store/<hash>-app-1.0.drv`. */
export function derivationName(path: string): string {
  return path.replace(/^.*\/[a-z0-9]{32}-/, '').replace(/\.drv$/, '')
}
