import type { ToolVersion } from '@hop3/core'
import { choosePick, outsideRange } from './version-pick.ts'
import type { VersionPick } from './version-pick.ts'

/** For languages whose manifest says the oldest version that will do: a pick has to be at least that. Throws `config.<tool>.version-conflict`. */
export function chooseAtLeast(
  tool: string,
  asked: ToolVersion | undefined,
  picks: readonly VersionPick[],
  minimum: VersionPick | undefined,
): VersionPick | undefined {
  const pick = choosePick(tool, asked, picks)
  if (pick === undefined || minimum === undefined || isAtLeast(pick.version, minimum.version)) return pick
  throw outsideRange(tool, pick, { version: `>=${minimum.version}`, origin: minimum.origin })
}

/** `1.22` is at least `1.22.3`, because some 1.22 is; `1.9` is not at least `1.22`. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [parts, wanted] = [numbersOf(version), numbersOf(minimum)]
  for (const [index, part] of parts.entries()) {
    const difference = part - (wanted[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

function numbersOf(version: string): readonly number[] {
  return (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number)
}
