/** What a version somebody wrote means: exact (`3.3.5`), partial (`22`, `3.12`) or a range in the notation of its ecosystem. */
import semver from 'semver'

/** A range semver reads, or undefined when the text is in no notation known here. `language` decides what `~8.1` means. */
export function rangeOf(text: string, language: string): string | undefined {
  const plain = text.trim().replace(/^v(?=\d)/, '')
  if (plain === '') return undefined
  // Java and PHP packages have fourth numbers, which semver does not know.
  const written = plain.replace(/^(\d+\.\d+\.\d+)[._+].*$/, '$1')
  const range = written
    .split(/\s*\|\|?\s*/)
    .map((part) => comparatorsOf(part, language))
    .join(' || ')
  return semver.validRange(range) === null ? undefined : range
}

function comparatorsOf(part: string, language: string): string {
  return part
    .replaceAll(/\s*,\s*/g, ' ')
    .replaceAll(/(?:~>|~=)\s*(\d+)\.(\d+)(?![.\d])/g, (_all, major: string, minor: string) => upToMajor(major, minor))
    .replaceAll(/(?:~>|~=)\s*/g, '~')
    .replaceAll(/~\s*(\d+)\.(\d+)(?![.\d])/g, (all, major: string, minor: string) => (language === 'php' ? upToMajor(major, minor) : all))
    .replaceAll(/!=\s*\S+/g, '')
    .replaceAll(/={2,}/g, '=')
    .trim()
}

function upToMajor(major: string, minor: string): string {
  return `>=${major}.${minor}.0 <${Number(major) + 1}.0.0`
}

/** Whether the tool's own version (`3.1.2p20`, `1.8.0_412`) is in the range. */
export function isInRange(version: string, range: string): boolean {
  const plain = comparable(version)
  return plain !== undefined && semver.satisfies(plain, range)
}

/** `3.1.2p20` → `3.1.2`, `25` → `25.0.0`, Java's `1.8.0_412` → `8.0.412`. */
export function comparable(version: string): string | undefined {
  // Other tools have a plain 1.6.0 of their own.
  const java = /^1\.([5-8])\.0(?:_(\d+)|-internal)/.exec(version)
  return java === null ? semver.coerce(version)?.version : `${java[1]}.0.${java[2] ?? 0}`
}

/** The numbers of an exact or partial version; undefined for a range. */
export function partsOf(text: string): readonly number[] | undefined {
  return /^v?\d+(?:\.\d+)*$/.test(text.trim()) ? text.trim().replace('v', '').split('.').map(Number) : undefined
}

/** Whether the version has the first `count` numbers of `wanted`, or as many as that has. */
export function agreesWith(version: string, wanted: readonly number[], count: number): boolean {
  const parts = comparable(version)?.split('.').map(Number) ?? []
  return wanted.slice(0, count).every((part, index) => part === parts[index])
}

/** The newest in the range, else the newest that is near. */
export function newestFor(
  versions: readonly string[],
  { range, near }: { readonly range: string; readonly near?: string },
  choice?: Choice,
): string | undefined {
  return newestIn(versions, range, choice) ?? (near === undefined ? undefined : newestIn(versions, near, choice))
}

export interface Choice {
  /** Releases with long-term support first: `even` majors, as Node has them. */
  readonly prefers?: 'even' | 'lowest-major'
}

/** The newest released version in the range. Pre-releases are nobody's pick. */
export function newestIn(versions: readonly string[], range: string, { prefers }: Choice = {}): string | undefined {
  const fitting = versions.filter((one) => !/[-a-z]/.test(one.replace(/p\d+$/, '')) && isInRange(one, range))
  const rank = (version: string): number => {
    const major = Number(comparable(version)?.split('.')[0])
    if (prefers === 'even') return major % 2 === 0 ? 0 : 1
    return prefers === 'lowest-major' ? major : 0
  }
  return fitting.toSorted(
    (one, other) => rank(one) - rank(other) || semver.rcompare(comparable(one) ?? '0.0.0', comparable(other) ?? '0.0.0'),
  )[0]
}
