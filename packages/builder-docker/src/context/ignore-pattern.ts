/**
 * One pattern of a .dockerignore, as the engine's own pattern matcher reads it: Go's `filepath.Match` with `**`. Its answers are its
 * behavior, odd ones included (`**x` matches any path that ends in x), because an image must not depend on who built it.
 */

export interface IgnorePattern {
  /** Without `!`, cleaned. */
  readonly text: string
  /** It takes back what patterns before it leave out. */
  readonly isException: boolean
  readonly matches: (path: string) => boolean
}

/** `written` is a line without blanks around it. Undefined for one the engine refuses: a bracket that does not close, a lone `!`. */
export function compilePattern(written: string): IgnorePattern | undefined {
  const isException = written.startsWith('!')
  const text = isException ? written.slice(1) : written
  if (text === '' || (isException && text === '/') || !isWellFormed(text)) return undefined
  const matches = matcherOf(text)
  return matches && { text, isException, matches }
}

/** Go's `filepath.Clean`: no `.`, no `name/..`, no double slash. */
export function cleanPath(path: string): string {
  const isRooted = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (!isRooted) parts.push('..')
  }
  const joined = parts.join('/')
  return isRooted ? `/${joined}` : joined === '' ? '.' : joined
}

/** As `filepath.Match(pattern, ".")` checks: it stops at the first part that cannot match, so what is behind it may be anything. */
function isWellFormed(pattern: string): boolean {
  const letters = Array.from(pattern)
  for (let at = 0; at < letters.length; at++) {
    if (letters[at] === '\\') {
      if (++at >= letters.length) return false
    } else if (letters[at] === '[') {
      const end = classEnd(letters, at)
      if (end === undefined) return false
      at = end
    }
  }
  return true
}

/** The index of the `]` that closes the class at `start`; undefined where Go says that the pattern is malformed. */
function classEnd(letters: readonly string[], start: number): number | undefined {
  let at = start + 1
  if (letters[at] === '^') at++
  for (let ranges = 0; ; ranges++) {
    if (letters[at] === ']' && ranges > 0) return at
    const low = classLetter(letters, at)
    if (low === undefined) return undefined
    at = low
    if (letters[at] !== '-') continue
    const high = classLetter(letters, at + 1)
    if (high === undefined) return undefined
    at = high
  }
}

/** The index behind one letter of a class. */
function classLetter(letters: readonly string[], at: number): number | undefined {
  const letter = letters[at]
  if (letter === undefined || letter === '-' || letter === ']') return undefined
  const end = letter === '\\' ? at + 2 : at + 1
  return end < letters.length ? end : undefined
}

function matcherOf(text: string): IgnorePattern['matches'] | undefined {
  const translation = translated(text)
  if (translation === undefined) return undefined
  const { source, kind } = translation
  if (kind === 'exact') return (path) => path === text
  if (kind === 'prefix') return (path) => path.startsWith(text.slice(0, -2))
  if (kind === 'suffix') {
    const suffix = text.slice(2)
    return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1))
  }
  try {
    const expression = new RegExp(`^${source}$`, 'u')
    return (path) => expression.test(path)
  } catch {
    // A range that runs backwards, say: the engine's regular expressions refuse it, too.
    return undefined
  }
}

function translated(text: string): Translation | undefined {
  try {
    return translate(Array.from(text))
  } catch {
    return undefined
  }
}

interface Translation {
  readonly source: string
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'expression'
}

function translate(letters: readonly string[]): Translation {
  let source = ''
  let kind: Translation['kind'] = 'exact'
  for (let at = 0, count = 0; at < letters.length; at++, count++) {
    const letter = letters[at] ?? ''
    if (letter === '*' && letters[at + 1] === '*') {
      at++
      if (letters[at + 1] === '/') at++
      if (at + 1 < letters.length) {
        source += '(?:[^\\n]*/)?'
        kind = 'expression'
      } else if (kind === 'exact') kind = 'prefix'
      else {
        source += '[^\\n]*'
        kind = 'expression'
      }
      if (count === 0) kind = 'suffix'
      continue
    }
    if (letter === '[') {
      const end = classEnd(letters, at) ?? at
      source += classOf(letters.slice(at + 1, end))
      at = end
      kind = 'expression'
      continue
    }
    if (letter === '*') source += '[^/]*'
    else if (letter === '?') source += '[^/]'
    else if (letter === '\\' && at + 1 < letters.length) source += escaped(letters[++at] ?? '')
    else source += unescaped(letters, at)
    if ('*?\\]'.includes(letter)) kind = 'expression'
  }
  return { source, kind }
}

function classOf(letters: readonly string[]): string {
  const inner = letters.map((letter, at) => {
    if (letter === '^' && at === 0) return '^'
    if (letter === '\\' || letters[at - 1] === '\\') return letter
    return /[[&~|(){}/$^]/.test(letter) ? `\\${letter}` : letter
  })
  return `[${inner.join('')}]`
}

/** `^`, `|` and repetitions in braces mean in the engine's expressions what they mean there: it means to escape the last two, and does not. */
function unescaped(letters: readonly string[], at: number): string {
  const letter = letters[at] ?? ''
  if (letter === '^' || letter === '|') return letter
  const before = letters.slice(Math.max(0, at - 12), at).join('')
  if (letter === '}' && /\{\d+(?:,\d*)?$/.test(before)) return letter
  return letter === '{' && /^\{\d+(?:,\d*)?\}/.test(letters.slice(at, at + 12).join('')) ? '{' : literal(letter)
}

/** The engine hands a letter with a backslash to its expressions as it is: `\d` is a digit there, and most letters are an error. */
function escaped(letter: string): string {
  if (!/[0-9A-Za-z]/.test(letter)) return literal(letter)
  const known = engineEscapes[letter]
  if (known === undefined) throw new SyntaxError(`\\${letter} is no escape`)
  return known
}

const engineEscapes: Readonly<Record<string, string>> = {
  a: '\\x07', f: '\\f', t: '\\t', n: '\\n', r: '\\r', v: '\\v', A: '^', z: '$', b: '\\b', B: '\\B',
  d: '[0-9]', D: '[^0-9]', w: '[0-9A-Za-z_]', W: '[^0-9A-Za-z_]', s: '[\\t\\n\\f\\r ]', S: '[^\\t\\n\\f\\r ]',
} // prettier-ignore

function literal(letter: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(letter) ? `\\${letter}` : letter
}
