/** Letters as Go's regular expressions write them: a class in brackets, and what a backslash makes of a letter. */

export type Accepts = (letter: string) => boolean

/** The class whose `[` is at `at`, and the index behind its `]`. Undefined where Go says that it is malformed. */
export function readClass(source: readonly string[], at: number): { readonly accepts: Accepts; readonly next: number } | undefined {
  const isNegated = source[at + 1] === '^'
  const first = isNegated ? at + 2 : at + 1
  const members: Accepts[] = []
  let next = first
  while (next === first || source[next] !== ']') {
    // The name of a class (`[[:alpha:]]`), which no pattern should need.
    if (source[next] === '[' && source[next + 1] === ':') return undefined
    const kind = source[next] === '\\' ? kinds[source[next + 1] ?? ''] : undefined
    if (kind !== undefined) {
      members.push(kind)
      next += 2
      continue
    }
    const low = readLetter(source, next)
    if (low === undefined) return undefined
    next = low.next
    const isRange = source[next] === '-' && source[next + 1] !== ']'
    const high = isRange ? readLetter(source, next + 1) : low
    if (high === undefined || high.code < low.code) return undefined
    next = high.next
    members.push((letter) => inRange(letter, low.code, high.code))
  }
  return { accepts: (letter) => members.some((accepts) => accepts(letter)) !== isNegated, next: next + 1 }
}

/** What `\` and `letter` mean together: `\d` is any digit, `\.` a dot. Undefined for most letters, which is an error. */
export function readEscape(letter: string): Accepts | string | undefined {
  return kinds[letter] ?? escapedLetter(letter)
}

function readLetter(source: readonly string[], at: number): { readonly code: number; readonly next: number } | undefined {
  const isEscaped = source[at] === '\\'
  const letter = isEscaped ? escapedLetter(source[at + 1] ?? '') : source[at]
  const code = letter?.codePointAt(0)
  return code === undefined ? undefined : { code, next: at + (isEscaped ? 2 : 1) }
}

function escapedLetter(letter: string): string | undefined {
  return /^[!-/:-@[-`{-~\0-\x20\x7f]$/.test(letter) ? letter : control[letter]
}

const inRange = (letter: string, low: number, high: number): boolean => {
  const code = letter.codePointAt(0) ?? -1
  return code >= low && code <= high
}

const control: Readonly<Record<string, string>> = { a: '\x07', f: '\f', t: '\t', n: '\n', r: '\r', v: '\v' }

const kinds: Readonly<Record<string, Accepts>> = {
  d: (letter) => /^[0-9]$/.test(letter),
  D: (letter) => !/^[0-9]$/.test(letter),
  w: (letter) => /^[0-9A-Za-z_]$/.test(letter),
  W: (letter) => !/^[0-9A-Za-z_]$/.test(letter),
  s: (letter) => '\t\n\f\r '.includes(letter),
  S: (letter) => !'\t\n\f\r '.includes(letter),
}
