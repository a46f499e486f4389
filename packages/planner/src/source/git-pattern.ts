/**
 * One line of a .gitignore, as git reads it. Takes time in proportion to pattern and path, whatever is in them: no regular expression is made
 * of what a stranger wrote. Git compares bytes, so each letter here stands for one: `?` and `[é]` match half an `é`, which is nothing.
 */
import { own } from '@hop3/core'

export interface GitPattern {
  /** It takes back what lines before it leave out. */
  readonly isException: boolean
  readonly onlyDirectories: boolean
  /** `names`: of the path, as `gitNames` gives them. The pattern holds below the directory that the first `from` of them name. */
  readonly matches: (names: readonly string[], from: number) => boolean
}

/** The names of a path, in bytes. */
export function gitNames(path: string): readonly string[] {
  return bytesOf(path).split('/')
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Undefined for comments, blank lines and what git takes for nothing. */
export function readGitPattern(line: string): GitPattern | undefined {
  if (line.startsWith('#')) return undefined
  const isException = line.startsWith('!')
  const written = withoutBlanksBehind(bytesOf(isException ? line.slice(1) : line))
  const onlyDirectories = written.endsWith('/')
  const path = onlyDirectories ? written.slice(0, -1) : written
  const isAnchored = path.includes('/')
  const parts = partsOf(path.startsWith('/') ? path.slice(1) : path)
  if (path === '' || parts === undefined || parts.includes('')) return undefined
  if (!isAnchored) {
    const isName = nameMatcher(path)
    return { isException, onlyDirectories, matches: (names) => isName(names.at(-1) ?? '') }
  }
  const steps = parts.flatMap((part, index): readonly Step<string>[] => {
    if (!/^\*{2,}$/.test(part)) return [nameMatcher(part)]
    // What is in a directory, but not itself.
    return index === parts.length - 1 ? [() => true, 'any'] : ['any']
  })
  return { isException, onlyDirectories, matches: (names, from) => isSequence(steps, names, from) }
}

/** Between slashes, but for those in a class. Undefined when a class does not close: nothing matches then. */
function partsOf(letters: string): readonly string[] | undefined {
  const parts = ['']
  for (let at = 0; at < letters.length; at++) {
    const isEscape = letters[at] === '\\'
    const read = letters[at] === '[' ? readClass(letters, at + 1) : { end: isEscape ? at + 1 : at }
    if (read === undefined) return undefined
    if (letters[isEscape ? at + 1 : at] === '/') parts.push('')
    else parts.push((parts.pop() ?? '') + letters.slice(at, read.end + 1))
    at = read.end
  }
  return parts
}

/** One item that it accepts, or any number of them. */
type Step<T> = 'any' | ((item: T) => boolean)

/** A later `any` can take back what an earlier one would need, so only the last is ever tried anew: steps times items at the most. */
function isSequence<T>(steps: readonly Step<T>[], items: ArrayLike<T>, from = 0): boolean {
  let [step, at, any, taken] = [0, from, -1, from]
  for (let item = items[at]; item !== undefined; item = items[at]) {
    const current = steps[step]
    if (current === 'any') {
      any = step++
      taken = at
    } else if (current?.(item) === true) {
      step++
      at++
    } else if (any === -1) return false
    else {
      step = any + 1
      at = ++taken
    }
  }
  while (steps[step] === 'any') step++
  return step === steps.length
}

/** Trailing blanks count only behind a backslash. */
function withoutBlanksBehind(text: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === ' ' && !isEscaped(text, end - 1)) end--
  return text.slice(0, end)
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

/** Most patterns say how a name begins or ends, and most names do not. */
function nameMatcher(pattern: string): (name: string) => boolean {
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern
  const end = /^\*+([^*?[\\]*)$/.exec(pattern)?.[1]
  if (end !== undefined) return (name) => name.endsWith(end)
  const start = /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''
  const steps = nameSteps(pattern.slice(start.length))
  return (name) => steps !== undefined && name.startsWith(start) && isSequence(steps, name, start.length)
}

/** Undefined for what nothing matches: a class that does not close, a backslash at the end. */
function nameSteps(letters: string): readonly Step<string>[] | undefined {
  const steps: Step<string>[] = []
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? ''
    if (letter === '*') steps.push('any')
    else if (letter === '?') steps.push(() => true)
    else if (letter === '[') {
      const read = readClass(letters, at + 1)
      if (read === undefined) return undefined
      steps.push(read.accepts)
      at = read.end
    } else {
      const meant = letter === '\\' ? letters[++at] : letter
      if (meant === undefined) return undefined
      steps.push((one) => one === meant)
    }
  }
  return steps
}

/** What stands behind a `[`; `end`: where its `]` is. */
function readClass(letters: string, start: number): { readonly accepts: (letter: string) => boolean; readonly end: number } | undefined {
  const isNegated = letters[start] === '!' || letters[start] === '^'
  const first = isNegated ? start + 1 : start
  const members: ((letter: string) => boolean)[] = []
  for (let at = first; at < letters.length; at++) {
    if (letters[at] === ']' && at > first) return { accepts: (letter) => members.some((one) => one(letter)) !== isNegated, end: at }
    const name = letters[at] === '[' && letters[at + 1] === ':' ? /^\[:(\w+):\]/.exec(letters.slice(at, at + 12))?.[1] : undefined
    if (name !== undefined) {
      const kind = own(kinds, name)
      if (kind === undefined) return undefined
      members.push((letter) => kind.test(letter))
      at += name.length + 3
      continue
    }
    if (letters[at] === '\\') at++
    const low = letters[at]
    const isRange = letters[at + 1] === '-' && letters[at + 2] !== undefined && letters[at + 2] !== ']'
    if (isRange) at += letters[at + 2] === '\\' ? 3 : 2
    const high = letters[at]
    if (low === undefined || high === undefined) return undefined
    // Git takes the first letter of a range for itself, too, wherever the range ends.
    members.push((letter) => letter === low || (letter >= low && letter <= high))
  }
  return undefined
}

/** As git counts them, whatever the locale: no byte beyond ASCII is in any. */
const kinds: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  blank: /^[ \t]$/,
  cntrl: /^[^ -~\x80-\xff]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[ \t\n\r]$/,
  upper: /^[A-Z]$/,
  xdigit: /^[0-9A-Fa-f]$/,
}
