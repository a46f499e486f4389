/** Which tag of an official image a plan's version means. */
import { hop3Error, visible, type ToolVersion } from '@hop3/core'
import semver from 'semver'

export interface ReleaseLines {
  /** Where nothing says a version: the tag that moves with releases. */
  readonly floating: string
  /** Of its releases, where the tag does not say it. */
  readonly major?: number
  /** Release lines, the preferred first; each is a tag. Versions between them are asked for as they are written. */
  readonly lines: readonly string[]
  /** Numbers of an exact version that tags have: `21.0.2` of Java is asked for as `21`. */
  readonly precision?: number
}

export interface Tag {
  readonly tag: string
  /** Nothing in the app says exactly this. */
  readonly isFloating: boolean
}

/** Throws `build.dockerfile.version` for a range that no known release line is in. */
export function imageTag(tool: string, version: ToolVersion | undefined, { floating, major, lines, precision = 3 }: ReleaseLines): Tag {
  if (version === undefined) return { tag: floating, isFloating: true }
  const text = version.version.trim().replace(/^v(?=\d)/, '')
  const exact = /^(\d+(?:\.\d+)*)(?:\.[x*])*$/.exec(text)?.[1]
  if (exact !== undefined) return { tag: exact.split('.').slice(0, precision).join('.'), isFloating: false }
  const range = rangeOf(text)
  if (range === undefined) return { tag: floating, isFloating: true }
  // The newest of the moving tag's releases is in the range.
  const newest = major ?? Number.parseInt(floating, 10)
  if (semver.intersects(range, `>=${newest}.9999 <${newest + 1}`)) return { tag: floating, isFloating: true }
  const line = lines.find((one) => semver.intersects(range, `${one}.x`))
  if (line !== undefined) return { tag: line, isFloating: true }
  throw hop3Error(
    'build.dockerfile.version',
    `${version.origin} asks for ${tool} ${visible(version.version)}: no image is known that has it.`,
    {
      hint: `Say a version, like \`[build.plan.versions] ${tool} = "${lines[0] ?? floating}"\`, or the image: \`[build.plan] buildImage = "…"\`.`,
      details: { tool, version: version.version, origin: version.origin },
    },
  )
}

/** Notations of other languages as one semver reads; where they mean more (`~> 3.2`), a part of it will do. */
function rangeOf(text: string): string | undefined {
  const range = text
    .replaceAll(/\s*,\s*/g, ' ')
    .replaceAll(/\s*\|\|?\s*/g, ' || ')
    .replaceAll(/(?:~>|~=)\s*/g, '~')
    .replaceAll(/!=\s*\S+/g, '')
    .replaceAll(/={2,}/g, '=')
  return semver.validRange(range) ?? undefined
}
