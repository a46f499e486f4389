/** Which version of a tool an app asks for, and where it says so. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolVersion } from '@hop3/core'

/** A version somebody wrote down: exact (`3.12.4`) or by prefix (`3.12`, `22`). */
export interface VersionPick {
  readonly version: string
  readonly origin: string
}

/**
 * The pick that counts. `asked` (command line, hop3.toml) beats every file; files may be more or less exact, but two that cannot both be
 * true are an error that names both: choosing one silently is how an app runs on a version nobody tested.
 */
export function choosePick(tool: string, asked: ToolVersion | undefined, picks: readonly VersionPick[]): VersionPick | undefined {
  if (asked !== undefined) return asked
  const [first, ...others] = picks
  if (first === undefined) return undefined
  const other = others.find((one) => !agree(first.version, one.version))
  if (other === undefined) return first
  throw hop3Error(
    `config.${tool}.version-conflict`,
    `${first.origin} asks for ${tool} ${visible(first.version)}, ${other.origin} for ${visible(other.version)}.`,
    {
      hint: `Remove one of the two, or decide in hop3.toml:\n[build.${tool}]\nversion = "${first.version}"`,
      details: { tool, picks: [first, other] },
    },
  )
}

/** The error for a pick outside the range the app's manifest allows. */
export function outsideRange(tool: string, pick: VersionPick, range: ToolVersion): Error {
  return hop3Error(
    `config.${tool}.version-conflict`,
    `${pick.origin} asks for ${tool} ${visible(pick.version)}, but ${range.origin} allows only ${visible(range.version)}.`,
    { hint: `Change one of the two so that they agree.`, details: { tool, pick, range } },
  )
}

/** Whether the text says which versions will do, rather than one: `>=22.12 <25`, `^3.11`. Ecosystems read the rest of it each in their way. */
export function isRange(version: string): boolean {
  return /^[\s<>=~!^|,.\dxX*-]{2,100}$/.test(version) && /[<>=~!^|]/.test(version) && /\d/.test(version)
}

/** `3.12` and `3.12.4` do; `3.12` and `3.1` do not. What a range means is judged where the version is looked for. */
function agree(one: string, other: string): boolean {
  if (isRange(one) || isRange(other)) return true
  const [parts, others] = [one.split('.'), other.split('.')]
  return parts.slice(0, others.length).every((part, index) => part === others[index])
}
