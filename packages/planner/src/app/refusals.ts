import type { ConsideredToolchain } from './planned-app.ts'

/**
 * Why no toolchain takes an app, on a line: what those say that found something of theirs in it, and the names of the others, each of which
 * would say that there is nothing. Empty where there is no toolchain.
 */
export function refusalsInShort(considered: readonly ConsideredToolchain[]): string {
  const seen = considered.filter(({ verdict }) => verdict.evidence !== undefined)
  const others = considered.filter(({ verdict }) => verdict.evidence === undefined)
  return [
    ...seen.map(({ name, verdict }) => `${name}: ${verdict.reason}`),
    ...(others.length === 0 ? [] : [`nothing for ${others.map(({ name }) => name).join(', ')}`]),
  ].join('; ')
}
