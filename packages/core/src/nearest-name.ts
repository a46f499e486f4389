/**
 * The known name somebody probably meant: at most one slip (insertion, deletion, replacement, swap) for every three letters. Case and `_` for
 * `-` are no slips, and one letter alone is none of them.
 */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const word = plain(written)
  if (word.length < 2) return undefined
  const ranked = known
    .map((name) => ({ name, slips: slipsBetween(word, plain(name)) }))
    .filter(({ name, slips }) => slips <= Math.max(1, Math.floor(name.length / 3)))
  return ranked.toSorted((one, other) => one.slips - other.slips)[0]?.name
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

function slipsBetween(one: string, other: string): number {
  // Names further apart than this are no slip, and texts of any length get here.
  if (Math.abs(one.length - other.length) > 10) return Number.POSITIVE_INFINITY
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= other.length; column++) {
      const replaced = at(row - 1, column - 1) + (one[row - 1] === other[column - 1] ? 0 : 1)
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      const swapped = isSwap ? at(row - 2, column - 2) + 1 : replaced
      current.push(Math.min(replaced, swapped, at(row - 1, column) + 1, at(row, column - 1) + 1))
    }
  }
  return at(one.length, other.length)
}
