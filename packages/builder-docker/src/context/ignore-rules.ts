/** A .dockerignore as a whole: which patterns it has, and what they say of a path. */
import { hop3Error, visible } from '@hop3/core'
import { cleanPath, compilePattern, type IgnorePattern } from './ignore-pattern.ts'

/** What the patterns said of a directory, for what is in it: one flag for each pattern. */
export type ParentMatches = readonly boolean[]

export interface IgnoreRules {
  readonly patterns: readonly IgnorePattern[]
  /** Ask about a directory before what is in it, and hand its `parents` down. */
  judge(path: string, parents: ParentMatches): { readonly isIgnored: boolean; readonly parents: ParentMatches }
  /** True when something below an ignored directory can be taken back by an exception. */
  mayTakeBack(directory: string): boolean
}

/** `origin` is the file's name, for messages. Throws `config.invalid` with its line. */
export function readIgnoreRules(text: string, origin: string): IgnoreRules {
  const patterns: IgnorePattern[] = []
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  for (const [index, line] of lines.entries()) {
    const written = patternOf(line)
    if (written === undefined) continue
    const pattern = compilePattern(written)
    if (pattern === undefined) throw badPattern(line.trim(), `${origin}:${index + 1}`)
    patterns.push(pattern)
  }
  return rulesOf(patterns)
}

export const noRules: IgnoreRules = rulesOf([])

function patternOf(line: string): string | undefined {
  if (line.startsWith('#')) return undefined
  const trimmed = trimBlanks(line)
  if (trimmed === '') return undefined
  const isException = trimmed.startsWith('!')
  const text = isException ? trimBlanks(trimmed.slice(1)) : trimmed
  const cleaned = text === '' ? '' : cleanPath(text)
  return `${isException ? '!' : ''}${cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned}`
}

/** Go's `strings.TrimSpace`: all of Unicode's blanks, but not the byte order mark that JavaScript counts as one. */
function trimBlanks(text: string): string {
  return text.replace(/^[\s\u0085]+|[\s\u0085]+$/gu, (blanks) => (blanks.includes('\uFEFF') ? blanks : ''))
}

function rulesOf(patterns: readonly IgnorePattern[]): IgnoreRules {
  const exceptions = patterns.filter(({ isException }) => isException)
  const prefixes = exceptions.map(({ text }) => `${text.replace(/\/?\*+$/, '')}/`)
  const areAllPlain = prefixes.every((prefix) => !/[*?[\]\\]/.test(prefix))
  return {
    patterns,
    judge(path, parents) {
      const flags: boolean[] = []
      let isIgnored = false
      for (const [index, pattern] of patterns.entries()) {
        let isMatch = parents[index] ?? false
        if (!isMatch && pattern.isException === isIgnored) isMatch = pattern.matches(path)
        flags.push(isMatch)
        if (isMatch) isIgnored = !pattern.isException
      }
      return { isIgnored, parents: flags }
    },
    mayTakeBack: (directory) => exceptions.length > 0 && (!areAllPlain || prefixes.some((prefix) => prefix.startsWith(`${directory}/`))),
  }
}

function badPattern(written: string, origin: string): Error {
  return hop3Error('config.invalid', `${origin}: ${visible(written)} is no pattern of a .dockerignore.`, {
    hint: 'Close each bracket, and write a backslash in front of a `[` that is meant as it stands.',
    details: { origin },
  })
}
