import { nearestName } from '@hop3/core'

/** The candidate a person most likely meant when typing a word: the nearest, else the only one that begins like it. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const beginning = candidates.filter((candidate) => word.length > 1 && candidate.startsWith(word))
  return nearestName(word, candidates) ?? (beginning.length === 1 ? beginning[0] : undefined)
}
