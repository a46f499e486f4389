/** Fetching and compiling the dependencies of mix.exs and mix.lock, before there are sources. */
import { joinPaths } from '@hop3/core'
import type { PhaseInput, ToolVersion } from '@hop3/core'
import { isAtLeast } from '../version-order.ts'
import type { MixProject } from './mix-file.ts'

/** Hex and rebar stay where Mix's own settings and credentials are. */
export const mixCaches = ['~/.mix', '~/.hex', '~/.cache/rebar3']

/** Undefined for a project without dependencies: then Mix needs neither Hex nor the network. */
export async function installPhase(
  project: MixProject,
  elixir: ToolVersion | undefined,
  variables: Readonly<Record<string, string>>,
): Promise<PhaseInput | undefined> {
  const { dependencies, names, isUmbrella, members } = project
  if (dependencies.length === 0) return undefined
  const fetches = dependencies.some(({ path }) => path === undefined)
  // Local code is compiled with its dependencies, and would be part of what is cached.
  const compiles = fetches && !isUmbrella && dependencies.every(({ path }) => path === undefined)
  return {
    cmds: [
      ...(fetches ? ['mix local.hex --force --if-missing', 'mix local.rebar --force --if-missing'] : []),
      `mix deps.get --only prod${lockFlag(project, elixir)}`,
      ...(compiles ? ['mix deps.compile'] : []),
    ],
    onlyIncludeFiles: [
      ...['mix.exs', 'mix.lock'].filter((name) => names.includes(name)),
      ...project.files,
      ...(compiles ? await compileSettings(project) : []),
      ...members.map(({ directory }) => joinPaths(directory, 'mix.exs')),
      ...dependencies.flatMap(({ path }) => (path === undefined || path === '' ? [] : [joinPaths(path, 'mix.exs')])),
    ],
    variables: { ...variables },
    cacheDirectories: [...mixCaches],
    outputs: [...(fetches ? ['deps'] : []), ...(compiles ? ['_build'] : [])],
  }
}

/** `--check-locked` came with Elixir 1.15. */
function lockFlag({ names }: MixProject, elixir: ToolVersion | undefined): string {
  const oldest = /(?<!\d)\d+(?:\.\d+)+/.exec(elixir?.version ?? '')?.[0]
  return names.includes('mix.lock') && oldest !== undefined && isAtLeast(oldest, '1.15') ? ' --check-locked' : ''
}

/** Dependencies are compiled by these; config/runtime.exs is read when the app starts. */
async function compileSettings({ source }: MixProject): Promise<readonly string[]> {
  const names = await source.list('config')
  return names
    .filter((name) => name.endsWith('.exs') && !['runtime.exs', 'dev.exs', 'test.exs'].includes(name))
    .map((name) => `config/${name}`)
}
