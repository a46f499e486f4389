/** Which Deno an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { toolFilePicks } from '../tool-files.ts'
import { choosePick, isRange } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import type { DenoApp } from './deno-app.ts'
import type { DenoOptions } from './options.ts'

/** From 2.3 on Deno can be told where to listen, and reads every lock file there is. */
const usual: ToolVersion = { version: '>=2.3 <3', origin: 'default' }

/** Command line and hop3.toml > .dvmrc, .deno-version > mise.toml, .tool-versions > 2.3 or later. Throws `config.deno.version` and `.version-conflict`. */
export async function chooseDeno(app: DenoApp, context: ToolchainContext, options: DenoOptions): Promise<ToolVersion> {
  const fromOptions = options.version === undefined ? undefined : { version: options.version, origin: 'hop3.toml [build.deno] version' }
  return choosePick('deno', normalized(context.versions['deno'] ?? fromOptions), await filePicks(app)) ?? usual
}

async function filePicks(app: DenoApp): Promise<readonly VersionPick[]> {
  const picks: VersionPick[] = []
  for (const file of ['.dvmrc', '.deno-version'].filter((name) => app.names.includes(name)))
    picks.push({ version: ((await app.text(file)) ?? '').trim(), origin: `${file}:1` })
  picks.push(...(await toolFilePicks(app.source, await app.source.list(), ['deno'])))
  return picks.map(normalized).filter((one) => one !== undefined)
}

/** `v2.1` → `2.1`; "the newest" is no pick. */
function normalized(pick: VersionPick | undefined): VersionPick | undefined {
  if (pick === undefined) return undefined
  const text = pick.version
    .trim()
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replace(/\.x$/, '')
  if (['latest', 'stable', 'lts', 'system', '*'].includes(text)) return undefined
  if (/^\d+(?:\.\d+){0,2}$/.test(text) || isRange(text)) return { version: text, origin: pick.origin }
  throw hop3Error('config.deno.version', `${pick.origin} asks for Deno ${visible(pick.version)}, which is not a version of Deno.`, {
    hint: 'Write 2, or an exact version, for example 2.9.6.',
    details: { version: visible(pick.version), origin: pick.origin },
  })
}
