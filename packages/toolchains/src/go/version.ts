/** Which Go an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion, versionFilePick } from '../asked-version.ts'
import { toolFilePicks } from '../tool-files.ts'
import { chooseAtLeast, isAtLeast } from '../version-order.ts'
import type { VersionPick } from '../version-pick.ts'
import type { GoSource } from './module.ts'
import type { GoOptions } from './options.ts'

/**
 * Command line and hop3.toml > .go-version > mise.toml, .tool-versions > the `toolchain` line > the `go` line (newest of all modules). Both
 * lines say the oldest version that will do: the `go` line judges a pick, and alone they are a range. Throws `config.go.version` and
 * `.version-conflict`.
 */
export async function chooseGo(app: GoSource, context: ToolchainContext, options: GoOptions): Promise<ToolVersion | undefined> {
  const asked = askedVersion('go', context, options)
  const manifests = [...(app.work === undefined ? [] : [app.work]), ...app.modules]
  const minimum = newest(manifests.map((one) => one.go))
  const picks = (await filePicks(app)).map(normalized)
  const pick = chooseAtLeast('go', asked && normalized(asked), picks, minimum)
  const toolchain = newest(manifests.map((one) => one.toolchain))
  const oldest = toolchain !== undefined && isAtLeast(toolchain.version, minimum?.version ?? '0') ? toolchain : minimum
  return pick ?? (oldest && { version: `>=${oldest.version}`, origin: oldest.origin })
}

async function filePicks({ source, names }: GoSource): Promise<readonly VersionPick[]> {
  return [...(await versionFilePick(source, names, '.go-version')), ...(await toolFilePicks(source, names, ['go', 'golang']))]
}

function newest(picks: readonly (VersionPick | undefined)[]): VersionPick | undefined {
  return picks
    .filter((one) => one !== undefined)
    .reduce<VersionPick | undefined>((best, one) => {
      return best === undefined || !isAtLeast(best.version, one.version) ? one : best
    }, undefined)
}

function normalized({ version, origin }: VersionPick): VersionPick {
  const plain = version.trim().replace(/^(?:go|v)/, '')
  if (/^\d+(?:\.\d+){0,2}(?:(?:rc|beta)\d+)?$/.test(plain)) return { version: plain, origin }
  throw hop3Error('config.go.version', `${origin} asks for Go ${visible(version)}, which is not a version of Go.`, {
    hint: 'Write the minor version, for example 1.24, or an exact one, for example 1.24.3.',
    details: { version: visible(version), origin },
  })
}
