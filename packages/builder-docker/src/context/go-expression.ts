/**
 * The part of Go's regular expressions into which the engine translates patterns. As Go's, and unlike those of JavaScript, they are matched
 * in time proportional to expression and text, whatever is in them: where one can have come to is a set of places, and nothing is tried twice.
 */
import { readClass, readEscape, type Accepts } from './go-letters.ts'

/** Whether the whole of `text` is what `source` means, between `^` and `$`. Undefined for what Go refuses, or no pattern should need (`\p{Greek}`). */
export function compileExpression(source: string): ((text: string) => boolean) | undefined {
  const ways = readWays(Array.from(source))
  if (ways === undefined) return undefined
  const [only = []] = ways.length === 1 ? ways : []
  // Most expressions say how a path begins or ends, and most paths do not.
  const first = lettersOf(only.slice(1))
  const last = lettersOf(only.slice(1, -1).toReversed()).toReversed()
  const [prefix, suffix] = [first.join(''), last.join('')]
  return (text) => {
    if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false
    const letters = Array.from(text)
    return ways.some((parts) => isReached(parts, letters))
  }
}

/** Those that `parts` begin with. */
function lettersOf(parts: readonly Part[]): readonly string[] {
  const count = parts.findIndex(({ letter, least, most }) => letter === undefined || least !== 1 || most !== 1)
  return parts.slice(0, count === -1 ? undefined : count).map(({ letter }) => letter ?? '')
}

interface Part {
  /** `(.*\/)?`: nothing, or directories. */
  readonly kind: 'letter' | 'directories' | 'place'
  /** The only one it accepts. */
  readonly letter?: string
  readonly accepts: Accepts
  readonly holds: (letters: readonly string[], place: number) => boolean
  readonly least: number
  readonly most: number
}

const never = () => false
const once = { kind: 'letter', accepts: never, holds: never, least: 1, most: 1 } as const
const letterOf = (accepts: Accepts): Part => ({ ...once, accepts })
const letterAlone = (letter: string): Part => ({ ...letterOf((one) => one === letter), letter })
const placeOf = (holds: Part['holds']): Part => ({ ...once, kind: 'place', holds })
const start = placeOf((_, place) => place === 0)
const end = placeOf((letters, place) => place === letters.length)

/** Of `^a|b$` two: it does not enclose what is between them. */
function readWays(source: readonly string[]): readonly (readonly Part[])[] | undefined {
  const ways: Part[][] = [[start]]
  let isRepeated = false
  for (let at = 0; at < source.length;) {
    const way = ways.at(-1) ?? []
    const repetition = readRepetition(source, at)
    if (repetition !== undefined) {
      const last = way.pop()
      const { least, most } = repetition
      if (last === undefined || isRepeated || least > 1000 || (most !== Infinity && (most > 1000 || least > most))) return undefined
      way.push({ ...last, least, most })
      at = repetition.next
      isRepeated = true
    } else if (source[at] === '|') {
      ways.push([])
      at++
      isRepeated = false
    } else {
      const read = readPart(source, at)
      if (read === undefined) return undefined
      way.push(read.part)
      at = read.next
      isRepeated = read.part.kind === 'directories'
    }
  }
  ways.at(-1)?.push(end)
  // Only the first way begins at the start, unless it says `^{0}`, and only the last goes to the end.
  return ways.map((way, index) => [...(way[0] === start ? [] : [anything]), ...way, ...(index === ways.length - 1 ? [] : [anything])])
}

const anything: Part = { ...letterOf(() => true), least: 0, most: Infinity }

interface Repetition {
  readonly least: number
  readonly most: number
  readonly next: number
}

/** What is no repetition in braces are braces. */
function readRepetition(source: readonly string[], at: number): Repetition | undefined {
  if (source[at] === '*') return { least: 0, most: Infinity, next: at + 1 }
  if (source[at] !== '{') return undefined
  const [written, low = '', comma, high] = /^\{(0|[1-9]\d*)(,(0|[1-9]\d*)?)?\}/.exec(source.slice(at, at + 40).join('')) ?? []
  if (written === undefined) return undefined
  const least = Number(low)
  return { least, most: comma === undefined ? least : high === undefined ? Infinity : Number(high), next: at + written.length }
}

function readPart(source: readonly string[], at: number): { readonly part: Part; readonly next: number } | undefined {
  const letter = source[at] ?? ''
  if (letter === '[') {
    if (source.slice(at, at + 4).join('') === '[^/]') return { part: letterOf((one) => one !== '/'), next: at + 4 }
    const read = readClass(source, at)
    return read && { part: letterOf(read.accepts), next: read.next }
  }
  if (letter === '^') return { part: start, next: at + 1 }
  if (letter === '.') return { part: letterOf((one) => one !== '\n'), next: at + 1 }
  if (letter === '(') return { part: { ...once, kind: 'directories' }, next: at + '(.*/)?'.length }
  if (letter !== '\\') return { part: letterAlone(letter), next: at + 1 }
  const place = places[source[at + 1] ?? '']
  if (place !== undefined) return { part: place, next: at + 2 }
  const meant = readEscape(source[at + 1] ?? '')
  if (meant === undefined) return undefined
  return { part: typeof meant === 'string' ? letterAlone(meant) : letterOf(meant), next: at + 2 }
}

const isWord = (letter: string | undefined): boolean => letter !== undefined && /^\w$/.test(letter)
const isEdge: Part['holds'] = (letters, place) => isWord(letters[place - 1]) !== isWord(letters[place])

const places: Readonly<Record<string, Part>> = {
  A: start,
  z: end,
  b: placeOf(isEdge),
  B: placeOf((letters, place) => !isEdge(letters, place)),
}

function isReached(parts: readonly Part[], letters: readonly string[]): boolean {
  let reached: readonly number[] = [0]
  for (const part of parts) {
    if (part.kind === 'letter') reached = behindLetters(part, letters, reached)
    else if (part.kind === 'directories') reached = behindDirectories(letters, reached)
    else if (part.least > 0) reached = reached.filter((place) => part.holds(letters, place))
    if (reached.length === 0) return false
  }
  return reached.includes(letters.length)
}

/** `from` and what comes back are in order: each letter is looked at once. */
function behindLetters({ accepts, least, most }: Part, letters: readonly string[], from: readonly number[]): readonly number[] {
  const reached: number[] = []
  let accepted = 0
  let next = 0
  for (const place of from) {
    const last = Math.min(place + most, letters.length)
    accepted = Math.max(accepted, place)
    while (accepted < last && accepts(letters[accepted] ?? '')) accepted++
    for (next = Math.max(next, place + least); next <= accepted; next++) reached.push(next)
  }
  return reached
}

/** Nothing, or everything to a later `/` in the same line. */
function behindDirectories(letters: readonly string[], from: readonly number[]): readonly number[] {
  const starts = new Set(from)
  const reached: number[] = []
  let isInside = false
  for (let place = from[0] ?? 0; place <= letters.length; place++) {
    const isStart = starts.has(place)
    if (isStart || (isInside && letters[place - 1] === '/')) reached.push(place)
    isInside = (isInside || isStart) && letters[place] !== '\n'
  }
  return reached
}
