/** Which Deno an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion, plainVersion, versionFilePick } from '../asked-version.ts'
import { sourceBelow } from '../source-below.ts'
import { toolFilePicks } from '../tool-files.ts'
import { choosePick } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import type { DenoApp } from './deno-app.ts'
import type { DenoOptions } from './options.ts'

/** From 2.3 on Deno can be told where to listen, and reads every lock file there is. */
const usual: ToolVersion = { version: '>=2.3 <3', origin: 'default' }

/** Command line and hop3.toml > .dvmrc, .deno-version > mise.toml, .tool-versions > 2.3 or later. Throws `config.deno.version` and `.version-conflict`. */
export async function chooseDeno(app: DenoApp, context: ToolchainContext, options: DenoOptions): Promise<ToolVersion> {
  return choosePick('deno', normalized(askedVersion('deno', context, options)), await filePicks(app)) ?? usual
}

async function filePicks({ source, root, names }: DenoApp): Promise<readonly VersionPick[]> {
  const own = sourceBelow(source, root)
  const picks = [
    ...(await versionFilePick(own, names, '.dvmrc')),
    ...(await versionFilePick(own, names, '.deno-version')),
    ...(await toolFilePicks(source, await source.list(), ['deno'])),
  ]
  return picks.map(normalized).filter((one) => one !== undefined)
}

/** `v2.1` → `2.1`; "the newest" is no pick. */
function normalized(pick: VersionPick | undefined): VersionPick | undefined {
  return plainVersion(pick, { prefix: /^v(?=\d)/, newest: ['latest', 'stable', 'lts', 'system', '*'], wrong: notAVersion })
}

function notAVersion({ version, origin }: VersionPick): Error {
  return hop3Error('config.deno.version', `${origin} asks for Deno ${visible(version)}, which is not a version of Deno.`, {
    hint: 'Write 2, or an exact version, for example 2.9.6.',
    details: { version: visible(version), origin },
  })
}
