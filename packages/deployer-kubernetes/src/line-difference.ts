/** The lines that two texts do not share, in order: `-` of the first, `+` of the second. Pure. */

/** Texts of a few hundred lines: the longest common part is found by a table. */
export function lineDifference(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const common = table(old, now)
  const lines: string[] = []
  let [at, to] = [0, 0]
  while (at < old.length || to < now.length) {
    if (at < old.length && to < now.length && old[at] === now[to]) {
      at += 1
      to += 1
    } else if (to >= now.length || (at < old.length && (common[at + 1]?.[to] ?? 0) >= (common[at]?.[to + 1] ?? 0))) {
      lines.push(`- ${old[at] ?? ''}`)
      at += 1
    } else {
      lines.push(`+ ${now[to] ?? ''}`)
      to += 1
    }
  }
  return lines
}

/** How many lines both have in common from each place on. */
function table(old: readonly string[], now: readonly string[]): readonly (readonly number[])[] {
  const rows: number[][] = Array.from({ length: old.length + 1 }, () => Array.from({ length: now.length + 1 }, () => 0))
  for (let at = old.length - 1; at >= 0; at -= 1)
    for (let to = now.length - 1; to >= 0; to -= 1) {
      const row = rows[at] ?? []
      row[to] = old[at] === now[to] ? (rows[at + 1]?.[to + 1] ?? 0) + 1 : Math.max(rows[at + 1]?.[to] ?? 0, row[to + 1] ?? 0)
    }
  return rows
}
