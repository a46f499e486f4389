/** Which Rust an app asks for. */
import { hop3Error, own, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion } from '../asked-version.ts'
import { originOf } from '../origin.ts'
import { toolFilePicks } from '../tool-files.ts'
import { textAt } from '../value-at.ts'
import { chooseAtLeast } from '../version-order.ts'
import type { VersionPick } from '../version-pick.ts'
import type { CargoPackage, CargoProject } from './packages.ts'
import type { RustOptions } from './options.ts'

/** The first Rust that knows an edition. */
const editions: Readonly<Record<string, string>> = { '2018': '1.31', '2021': '1.56', '2024': '1.85' }

/**
 * Command line and hop3.toml > rust-toolchain.toml > mise.toml, .tool-versions > `rust-version` > the edition. The last two are the oldest that
 * will do: they judge a pick, and alone they are a range. Throws `config.rust.version` and `.version-conflict`.
 */
export async function chooseRust(
  project: CargoProject,
  built: CargoPackage,
  context: ToolchainContext,
  options: RustOptions,
): Promise<ToolVersion | undefined> {
  const minimum = await minimumOf(project, built)
  const given = askedVersion('rust', context, options)
  const picks = [...(await toolchainFile(project)), ...(await toolFilePicks(project.source, project.names, ['rust']))].flatMap(normalized)
  const pick = chooseAtLeast('rust', given && normalized(given)[0], picks, minimum)
  return pick ?? (minimum && { version: `>=${minimum.version}`, origin: minimum.origin })
}

/** `rust-toolchain.toml`, or `rust-toolchain` in either of its forms. */
async function toolchainFile({ source, names }: CargoProject): Promise<readonly VersionPick[]> {
  const file = ['rust-toolchain.toml', 'rust-toolchain'].find((name) => names.includes(name))
  const text = file === undefined ? undefined : await source.readText(file)
  if (file === undefined || text === undefined) return []
  const version =
    file.endsWith('.toml') || text.includes('[toolchain]') ? textAt(await source.readToml(file), 'toolchain', 'channel') : text.trim()
  return version === undefined || version === '' ? [] : [{ version, origin: originOf(file, text, /^[ \t]*channel\s*=/m) }]
}

async function minimumOf({ source, manifest }: CargoProject, built: CargoPackage): Promise<VersionPick | undefined> {
  const file = built.directory === '' ? 'Cargo.toml' : `${built.directory}/Cargo.toml`
  const texts = [file, 'Cargo.toml'] as const
  const places = [built.manifest, manifest].map((data, index) => ({
    data,
    file: texts[index] ?? file,
    table: index === 0 ? ['package'] : ['workspace', 'package'],
  }))
  for (const key of ['rust-version', 'edition']) {
    for (const { data, file: from, table } of places) {
      const value = textAt(data, ...table, key)
      const version = key === 'edition' ? own(editions, value ?? '') : value
      if (version !== undefined)
        return { version, origin: originOf(from, await source.readText(from), new RegExp(`^[ \\t]*${key}[ \\t]*=`, 'm')) }
    }
  }
  return undefined
}

/** "The newest" is no pick; a nightly is one, exact or not. */
function normalized({ version, origin }: VersionPick): readonly VersionPick[] {
  const plain = version.trim()
  if (['stable', 'latest', 'system'].includes(plain)) return []
  const found = /^(\d+(?:\.\d+){0,2}|(?:nightly|beta)(?:-\d{4}-\d{2}-\d{2})?)(?:-[\w-]+)?$/.exec(plain)?.[1]
  if (found !== undefined) return [{ version: found, origin }]
  throw hop3Error('config.rust.version', `${origin} asks for Rust ${visible(version)}, which is not a version of Rust.`, {
    hint: 'Write a version, for example 1.85 or 1.85.1, or a channel: stable, nightly-2025-06-01.',
    details: { version: visible(version), origin },
  })
}
