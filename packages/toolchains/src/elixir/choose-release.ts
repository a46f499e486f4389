/** Which release of a Mix project is built. */
import { hop3Error, visible } from '@hop3/core'
import type { MixProject } from './mix-file.ts'
import type { ElixirOptions } from './options.ts'

export interface ReleaseChoice {
  readonly name: string
  readonly origin: string
}

/**
 * The option, else `default_release`, the only one, the one named like the project or the app; every project that starts something has one of
 * its own name without saying so. Undefined where nothing makes a release. Throws `config.elixir.several-releases` and `.release`.
 */
export function chooseRelease(project: MixProject, appName: string, options: ElixirOptions): ReleaseChoice | undefined {
  const { releases, app, hasApplication, isUmbrella } = project
  const own = app !== undefined && hasApplication && !isUmbrella ? [app] : []
  const known = releases.length > 0 ? releases : own
  if (options.release !== undefined) {
    if (known.includes(options.release)) return { name: options.release, origin: 'hop3.toml [build.elixir] release' }
    throw hop3Error(
      'config.elixir.release',
      `hop3.toml [build.elixir] release names ${visible(options.release)}, but mix.exs has no such release.`,
      {
        hint: known.length === 0 ? 'mix.exs has no releases.' : `There are: ${known.join(', ')}.`,
        details: { release: options.release, releases: known },
      },
    )
  }
  if (project.defaultRelease !== undefined) return { name: project.defaultRelease, origin: 'mix.exs default_release' }
  const [only, ...more] = known
  if (only === undefined) return undefined
  const name = more.length === 0 ? only : [app, appName.replaceAll('-', '_')].find((one) => one !== undefined && known.includes(one))
  if (name !== undefined) return { name, origin: releases.length > 0 ? 'mix.exs releases' : 'mix.exs app' }
  throw hop3Error(
    'config.elixir.several-releases',
    `mix.exs has ${known.length} releases, and none is named like the app: ${known.join(', ')}.`,
    {
      hint: `Say which one serves, in hop3.toml:\n[build.elixir]\nrelease = "${only}"`,
      details: { releases: known },
    },
  )
}
