/** Which Elixir and which Erlang an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion, versionFilePick } from '../asked-version.ts'
import { originOf } from '../origin.ts'
import { toolFilePicks } from '../tool-files.ts'
import { choosePick } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import { aboutVersion, pickWithin } from '../version-range.ts'
import type { MixProject } from './mix-file.ts'
import type { ElixirOptions } from './options.ts'

/**
 * Command line and hop3.toml > .elixir-version > mise.toml, .tool-versions > elixir_buildpack.config > the requirement of mix.exs, which judges a pick. Throws
 * `config.elixir.version` and `.version-conflict`.
 */
export async function chooseElixir(
  project: MixProject,
  context: ToolchainContext,
  options: ElixirOptions,
): Promise<Readonly<Record<string, ToolVersion>>> {
  const given = askedVersion('elixir', context, options)
  const range = project.elixir && { version: mixRange(project.elixir.version), origin: project.elixir.origin }
  const picks = (await filePicks(project, '.elixir-version', 'elixir')).map(normalized)
  const elixir = await pickWithin('elixir', choosePick('elixir', given && normalized(given), picks), range)
  const erlang = choosePick('erlang', context.versions['erlang'], await filePicks(project, '.erlang-version', 'erlang'))
  return { ...(elixir && { elixir }), ...(erlang && { erlang }) }
}

async function filePicks({ source, names }: MixProject, file: string, tool: string): Promise<readonly VersionPick[]> {
  const buildpack = names.includes(buildpackFile) ? ((await source.readText(buildpackFile)) ?? '') : ''
  const line = new RegExp(`^[ \\t]*${tool}_version[ \\t]*=[ \\t]*["']?v?(\\d[\\w.-]*)`, 'm')
  const written = line.exec(buildpack)?.[1]
  return [
    ...(await versionFilePick(source, names, file)),
    ...(await toolFilePicks(source, names, [tool])),
    ...(written === undefined ? [] : [{ version: written, origin: originOf(buildpackFile, buildpack, line) }]),
  ]
}

/** Of Heroku's and Gigalixir's buildpacks; its other lines are shell. */
const buildpackFile = 'elixir_buildpack.config'

/** `~> 1.14 or >= 2.0.0 and < 3.0.0` → `>=1.14 <2 || >=2.0.0 <3.0.0`. */
function mixRange(text: string): string {
  return text
    .split(' or ')
    .map((part) =>
      part
        .split(' and ')
        .map((one) =>
          one
            .trim()
            .replace(/^==\s*/, '')
            .replace(/^~>\s*(\d\S*)$/, (_, version: string) => aboutVersion(/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? version)),
        )
        .map((one) => one.replace(/^(>=|<=|<|>)\s+/, '$1'))
        .join(' '),
    )
    .join(' || ')
}

/** `1.18.2-otp-27` → `1.18.2`: the number of Erlang/OTP chooses a build, not a version. */
function normalized({ version, origin }: VersionPick): VersionPick {
  const plain = version
    .trim()
    .replace(/^v/, '')
    .replace(/-otp-\d+$/, '')
  if (/^\d+(?:\.\d+){0,2}(?:-rc\.\d+)?$/.test(plain)) return { version: plain, origin }
  throw hop3Error('config.elixir.version', `${origin} asks for Elixir ${visible(version)}, which is not a version of Elixir.`, {
    hint: 'Write the minor version, for example 1.18, or an exact one, for example 1.18.2.',
    details: { version: visible(version), origin },
  })
}
