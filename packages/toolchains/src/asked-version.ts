/** Versions that are written down alone: on the command line, in hop3.toml, in a file of one line. */
import type { SourceView, ToolchainContext } from '@hop3/core'
import { isRange } from './version-pick.ts'
import type { VersionPick } from './version-pick.ts'

/** What the command line asks for, else `[build.<tool>] version`. */
export function askedVersion(
  tool: string,
  { versions }: Pick<ToolchainContext, 'versions'>,
  { version }: { readonly version?: string | undefined },
): VersionPick | undefined {
  return versions[tool] ?? (version === undefined ? undefined : { version, origin: `hop3.toml [build.${tool}] version` })
}

/** The first line of `.ruby-version` and its like that says something; the others are further versions to have at hand. Empty where none does. */
export async function versionFilePick(source: SourceView, names: readonly string[], file: string): Promise<readonly VersionPick[]> {
  if (!names.includes(file)) return []
  const text = ((await source.readText(file)) ?? '').replace(/^\uFEFF/, '')
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim())
  const index = lines.findIndex((line) => line !== '')
  return index < 0 ? [] : [{ version: lines[index] ?? '', origin: `${file}:${index + 1}` }]
}

export interface Spelling {
  /** What may stand before the number: `/^v/`. */
  readonly prefix: RegExp
  /** Words that leave the choice to others: `latest`. */
  readonly newest: readonly string[]
  /** Names of versions. */
  readonly names?: Readonly<Record<string, string>>
  readonly wrong: (pick: VersionPick) => Error
}

/** `v2.1` → `2.1`, `22.x` → `22`, a range as it is; undefined for no version in particular. Throws `wrong`'s for anything else. */
export function plainVersion(pick: VersionPick | undefined, { prefix, newest, names = {}, wrong }: Spelling): VersionPick | undefined {
  if (pick === undefined) return undefined
  const text = pick.version.trim().toLowerCase().replace(prefix, '')
  if (newest.includes(text)) return undefined
  const plain = names[text.replace(/^lts[/-]/, '')] ?? text.replace(/\.x$/, '')
  if (/^\d+(?:\.\d+){0,2}$/.test(plain) || isRange(plain)) return { version: plain, origin: pick.origin }
  throw wrong(pick)
}
