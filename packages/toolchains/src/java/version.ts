/** Which Java an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { SourceView, ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion } from '../asked-version.ts'
import { originOf } from '../origin.ts'
import { toolFilePicks } from '../tool-files.ts'
import { chooseAtLeast, isAtLeast } from '../version-order.ts'
import { outsideRange } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import { pickWithin } from '../version-range.ts'
import type { JavaBuild, RunsOn } from './build.ts'
import type { JavaOptions } from './options.ts'

/** What stands before the version, by file. */
const files: Readonly<Record<string, RegExp>> = {
  '.java-version': /^/,
  '.sdkmanrc': /^[ \t]*java[ \t]*=/m,
  'system.properties': /^[ \t]*java\.runtime\.version[ \t]*[=:]/m,
}

/**
 * Command line and hop3.toml > a toolchain of the manifest > .java-version, .sdkmanrc, system.properties > mise.toml, .tool-versions > the
 * language level of the manifest, which any newer Java understands: it judges a pick, and alone it is a range. What the build tool runs on
 * limits both. Throws `config.java.version` and `.version-conflict`.
 */
export async function chooseJava(
  { source, versions }: Pick<ToolchainContext, 'source' | 'versions'>,
  names: readonly string[],
  { exact, minimum, runsOn }: Pick<JavaBuild, 'exact' | 'minimum' | 'runsOn'>,
  options: JavaOptions,
): Promise<ToolVersion | undefined> {
  const given = askedVersion('java', { versions }, options)
  const picks = [
    ...(exact === undefined ? [] : [exact]),
    ...(await filePicks(source, names)),
    ...(await toolFilePicks(source, names, ['java'])),
  ]
  const oldest = minimum && normalized(minimum)
  const pick = chooseAtLeast('java', given && normalized(given), picks.map(normalized), oldest)
  return pick === undefined ? limited(oldest, runsOn) : pickWithin('java', pick, limited(undefined, runsOn))
}

/** From the oldest that understands the sources up to the newest that the build tool runs on. */
function limited(oldest: VersionPick | undefined, runsOn: RunsOn | undefined): VersionPick | undefined {
  const from = [oldest?.version, runsOn?.oldest].flatMap((one) => one ?? []).toSorted((one, other) => (isAtLeast(one, other) ? -1 : 1))[0]
  const words = [...(from === undefined ? [] : [`>=${from}`]), ...(runsOn?.below === undefined ? [] : [`<${runsOn.below}`])]
  const range = words.length === 0 ? undefined : { version: words.join(' '), origin: originsOf(oldest, runsOn) }
  if (oldest === undefined || runsOn?.below === undefined || !isAtLeast(oldest.version, runsOn.below)) return range
  throw outsideRange('java', { ...oldest, version: `>=${oldest.version}` }, { version: `<${runsOn.below}`, origin: runsOn.origin })
}

function originsOf(...picks: readonly ({ readonly origin: string } | undefined)[]): string {
  return picks.flatMap((one) => one?.origin ?? []).join(', ')
}

async function filePicks(source: SourceView, names: readonly string[]): Promise<readonly VersionPick[]> {
  const picks = await Promise.all(
    Object.entries(files)
      .filter(([file]) => names.includes(file))
      .map(async ([file, before]) => {
        const text = (await source.readText(file)) ?? ''
        const version = new RegExp(`${before.source}[ \\t]*([^\\s#]+)`, before.flags).exec(text)?.[1]
        return version === undefined ? [] : [{ version, origin: originOf(file, text, before) }]
      }),
  )
  return picks.flat()
}

/** `temurin-21.0.2+13.0.LTS`, `21.0.2-tem`, `1.8` → `21.0.2`, `21.0.2`, `8`. */
function normalized({ version, origin }: VersionPick): VersionPick {
  const plain = /^(?:[A-Za-z][\w.]*-)*(?:1\.(?=[5-8]\b))?(\d{1,2}(?:\.\d+){0,3})(?:[-+_.]\S*)?$/.exec(version.trim())?.[1]
  if (plain !== undefined) return { version: plain, origin }
  throw hop3Error('config.java.version', `${origin} asks for Java ${visible(version)}, which is not a version of Java.`, {
    hint: 'Write the major version alone, for example 21.',
    details: { version: visible(version), origin },
  })
}
