/** Which Bun an app asks for. */
import { hop3Error, joinPaths, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion, plainVersion, versionFilePick } from '../asked-version.ts'
import { originOf } from '../origin.ts'
import { toolFilePicks } from '../tool-files.ts'
import { textAt } from '../value-at.ts'
import { choosePick } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import { pickWithin } from '../version-range.ts'
import type { NodeOptions } from './options.ts'
import { readableText } from '../readable-text.ts'
import type { NodeApp } from './package-json.ts'

/**
 * Command line and hop3.toml > `packageManager` > .bun-version > mise.toml, .tool-versions > `engines.bun` itself, which validates a pick.
 * Undefined when the app does not say. Throws `config.bun.version` and `.version-conflict`.
 */
export async function chooseBun(app: NodeApp, context: ToolchainContext, options: NodeOptions): Promise<ToolVersion | undefined> {
  const pick = choosePick('bun', normalized(askedVersion('bun', context, options)), await bunPicks(app))
  const range = textAt(app.data, 'engines', 'bun')
  return pickWithin('bun', pick, range === undefined ? undefined : { version: range, origin: app.origin('engines') })
}

/** Where the app does not say: a version that reads its lock file. Tried: 1.2 and 1.3 write 1 and refuse 2, which 1.4 writes. */
export async function usualBun({ source, names, directory }: NodeApp): Promise<ToolVersion> {
  const text = names.includes('bun.lock') ? await readableText(source, 'bun.lock') : undefined
  if (text === undefined || !/"lockfileVersion":\s*2\b/.test(text)) return { version: '>=1.2 <2', origin: 'default' }
  return { version: '>=1.4 <2', origin: joinPaths(directory, originOf('bun.lock', text, /"lockfileVersion"/)) }
}

/** What package.json and the version files say. */
export async function bunPicks(app: NodeApp): Promise<readonly VersionPick[]> {
  const { source, names, directory } = app
  const declared = /^bun@(\d+\.\d+\.\d+)/.exec(textAt(app.data, 'packageManager') ?? '')?.[1]
  const files = [...(await versionFilePick(source, names, '.bun-version')), ...(await toolFilePicks(source, names, ['bun']))]
  return [
    ...(declared === undefined ? [] : [{ version: declared, origin: app.origin('packageManager') }]),
    ...files.map((pick) => ({ ...pick, origin: joinPaths(directory, pick.origin) })),
  ]
    .map(normalized)
    .filter((one) => one !== undefined)
}

/** `bun-v1.2` → `1.2`; "the newest" is no pick. */
function normalized(pick: VersionPick | undefined): VersionPick | undefined {
  const newest = ['latest', 'canary', 'stable', 'system', '*']
  return plainVersion(pick, { prefix: /^(?:bun-)?v(?=\d)/, newest, wrong: notAVersion })
}

function notAVersion({ version, origin }: VersionPick): Error {
  return hop3Error('config.bun.version', `${origin} asks for Bun ${visible(version)}, which is not a version of Bun.`, {
    hint: 'Write 1, or an exact version, for example 1.4.5.',
    details: { version: visible(version), origin },
  })
}
