/**
 * One pattern of a .dockerignore, as the engine's own pattern matcher reads it: Go's `filepath.Match` with `**`. Its answers are its
 * behavior, odd ones included (`**x` matches any path that ends in x), because an image must not depend on who built it.
 */
import { normalPath, withoutTrailingSlashes } from '@hop3/core'
import { compileExpression } from './go-expression.ts'

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

/** Go's `filepath.Clean`: no `.`, no `name/..`, no double slash, none at the end. */
export function cleanPath(path: string): string {
  return withoutTrailingSlashes(normalPath(path)) || '/'
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
  const { source, kind } = translate(Array.from(text))
  if (kind === 'exact') return (path) => path === text
  if (kind === 'prefix') return (path) => path.startsWith(text.slice(0, -2))
  if (kind === 'suffix') {
    const suffix = text.slice(2)
    return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1))
  }
  return compileExpression(source)
}

interface Translation {
  /** What stands between `^` and `$`. */
  readonly source: string
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'expression'
}

/** The engine's own, letter by letter: it knows nothing of brackets, so a `*` among the letters of a class becomes `[^/]*` there, too. */
function translate(letters: readonly string[]): Translation {
  let source = ''
  let kind: Translation['kind'] = 'exact'
  for (let at = 0, count = 0; at < letters.length; at++, count++) {
    const letter = letters[at] ?? ''
    if (letter === '*' && letters[at + 1] === '*') {
      at++
      if (letters[at + 1] === '/') at++
      const isLast = at + 1 === letters.length
      if (isLast && kind === 'exact') kind = 'prefix'
      else {
        source += isLast ? '.*' : '(.*/)?'
        kind = 'expression'
      }
      if (count === 0) kind = 'suffix'
      continue
    }
    if (letter === '*') source += '[^/]*'
    else if (letter === '?') source += '[^/]'
    else if (letter === '\\') source += `\\${letters[++at] ?? ''}`
    else source += escapedByEngine.has(letter) ? `\\${letter}` : letter
    if ('*?\\[]'.includes(letter)) kind = 'expression'
  }
  return { source, kind }
}

/** It means to escape `|`, `{` and `}` as well, and does not: they mean in a pattern what they mean in an expression. */
const escapedByEngine: ReadonlySet<string> = new Set('.+()$')
