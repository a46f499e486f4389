/** Numbers and picks from a seed: an input that found something is made again from its number. */
export interface Random {
  /** Below `limit`, an integer. */
  readonly below: (limit: number) => number
  readonly chance: (probability: number) => boolean
  /** Throws for an empty list. */
  readonly pick: <T>(list: readonly T[]) => T
}

/** Mulberry32: quick, and good enough to choose bytes. */
export function randomOf(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, chance: (probability) => next() < probability, pick: (list) => picked(list, below(list.length)) }
}

function picked<T>(list: readonly T[], index: number): T {
  for (const one of list.slice(index, index + 1)) return one
  throw new Error('There is nothing to pick from.')
}
