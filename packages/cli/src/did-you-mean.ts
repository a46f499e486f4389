/** The candidate a person most likely meant: the nearest within two typing slips, else the only one that begins like the word. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const slips = Math.min(2, Math.floor(word.length / 2))
  const near = candidates
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter((one) => one.distance <= slips)
    .toSorted((one, other) => one.distance - other.distance)
  const beginning = candidates.filter((candidate) => word.length > 1 && candidate.startsWith(word))
  return near[0]?.candidate ?? (beginning.length === 1 ? beginning[0] : undefined)
}

/** Insertions, deletions, replacements and swapped neighbors between two words. */
function distance(one: string, other: string): number {
  const rows: number[][] = Array.from({ length: one.length + 1 }, (_, row) => [row])
  for (let column = 0; column <= other.length; column++) rows[0]![column] = column
  for (let row = 1; row <= one.length; row++)
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1]
      const cell = Math.min(rows[row - 1]![column]! + 1, rows[row]![column - 1]! + 1, rows[row - 1]![column - 1]! + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      rows[row]![column] = swapped ? Math.min(cell, rows[row - 2]![column - 2]! + 1) : cell
    }
  return rows[one.length]![other.length]!
}
