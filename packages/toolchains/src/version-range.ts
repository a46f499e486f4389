/** Ranges of versions as Bundler, Mix and Composer write them, in the words of semver. */
import { outsideRange } from './version-pick.ts'
import type { VersionPick } from './version-pick.ts'

/** What "about this version" allows in all three: `3.2` any 3 from 3.2 on, `3.2.1` any 3.2 from 3.2.1 on. */
export function aboutVersion(version: string): string {
  const parts = version.split('.')
  const kept = parts.length === 1 ? parts : parts.slice(0, -1)
  const next = [...kept.slice(0, -1), String(Number(kept.at(-1)) + 1)]
  return `>=${version} <${next.join('.')}`
}

/**
 * The pick, or the range itself where there is none; undefined where there is neither. Throws `config.<tool>.version-conflict` when no
 * version of the pick's (`3.2`: some 3.2) is in the range.
 */
export async function pickWithin(
  tool: string,
  pick: VersionPick | undefined,
  range: VersionPick | undefined,
): Promise<VersionPick | undefined> {
  if (pick === undefined || range === undefined) return pick ?? range
  if (await areApart(pick.version, range.version)) throw outsideRange(tool, pick, range)
  return pick
}

/** Nobody writes longer ones, and each part of one is compared with each of the other. */
const longest = 1000

/** Whether no version is in both: `22` means some 22. What semver cannot read, and what is too long to be a range, restricts nothing. */
export async function areApart(one: string, other: string): Promise<boolean> {
  if (one.length > longest || other.length > longest) return false
  const { default: semver } = await import('semver')
  return semver.validRange(one) !== null && semver.validRange(other) !== null && !semver.intersects(one, other)
}
