/** What a root project of Gradle says for the projects below it. */
import { closingBracket } from '../../brackets.ts'

export interface HandedDown {
  /** The text without what is only for those below; every line is where it was. */
  readonly own: string
  /** What `subprojects`, `allprojects` and `configure` hold. */
  readonly below: string
}

const block = /^[ \t]*(subprojects|allprojects|configure[ \t]*\([ \t]*\w+[ \t]*\))[ \t]*\{/gm

export function handedDown(text: string): HandedDown {
  const found: { readonly start: number; readonly end: number; readonly isForAll: boolean }[] = []
  for (const { 0: opening, 1: name, index } of text.matchAll(block)) {
    const start = index + opening.length
    if (start < (found.at(-1)?.end ?? 0)) continue
    const end = closingBracket(text, start)
    if (end === undefined) break
    found.push({ start, end, isForAll: name === 'allprojects' })
  }
  const only = found.filter(({ isForAll }) => !isForAll)
  const kept = only.map(
    ({ start, end }, index) => text.slice(only[index - 1]?.end ?? 0, start) + text.slice(start, end).replace(/[^\n]/g, ''),
  )
  return {
    own: kept.join('') + text.slice(only.at(-1)?.end ?? 0),
    below: found.map(({ start, end }) => text.slice(start, end)).join('\n'),
  }
}
