import type { Decision, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { withAssets } from '../node/assets.ts'
import { silentProgramWarning } from '../bare-command.ts'
import { procfileProcesses } from '../procfile.ts'
import { readOptions } from '../read-options.ts'
import { findAssets } from './assets.ts'
import { chooseRelease } from './choose-release.ts'
import type { ReleaseChoice } from './choose-release.ts'
import { endpointPortWarnings } from './endpoint-port.ts'
import { installPhase, mixCaches } from './install.ts'
import { mayListen } from './listens.ts'
import { readMixProject } from './mix-file.ts'
import type { MixProject } from './mix-file.ts'
import { elixirOptions } from './options.ts'
import type { ElixirOptions } from './options.ts'
import { findMigrations } from './migrations.ts'
import { chooseElixir } from './version.ts'

/** Erlang takes texts and file names for UTF-8. */
const variables = { MIX_ENV: 'prod', ELIXIR_ERL_OPTIONS: '+fnu', LANG: 'C.UTF-8' }

/** Throws `config.elixir.no-mix`, `.release`, `.several-releases`, `.version`, `.version-conflict` and what an option has wrong. */
export async function planElixir(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: ElixirOptions = await readOptions(context, 'elixir', elixirOptions)
  const project = await readMixProject(context.source)
  const started = await procfileProcesses(context.source, project.names)
  // Who starts `mix phx.server` there has no use for a release.
  const byMix = started.find(({ name }) => name === 'web') ?? started[0]
  const isFromSource = byMix !== undefined && options.release === undefined && !started.some(({ command }) => /\brel\//.test(command))
  const release = isFromSource ? undefined : chooseRelease(project, context.appName, options)
  const versions = await chooseElixir(project, context, options)
  const install = await installPhase(project, versions['elixir'], variables)
  const isPhoenix = project.dependencies.some(({ name }) => name === 'phoenix')
  const program = release === undefined ? undefined : `_build/prod/rel/${release.name}/bin/${release.name}`
  const web = program === undefined ? (isPhoenix ? 'mix phx.server' : 'mix run --no-halt') : `${program} start`
  const migrations = await findMigrations(project, program, options)
  const startWarnings = (await mayListen(project)) ? await endpointPortWarnings(project, web) : [silentProgramWarning(web)]
  const assets = await findAssets(context, project, install && 'install')
  const plan: ToolchainPlan = {
    kind: 'elixir',
    phases: {
      ...(install && { install }),
      build: {
        cmds: [...buildCommands(project, release, assets.cmds)],
        variables,
        ...(install && { cacheDirectories: [...mixCaches] }),
      },
    },
    processes: { web },
    versions,
    exclude: ['/_build', '/deps'],
    runtime: {
      envVars: {
        ...variables,
        // Two releases of one name serve for a moment while they change places: as nodes, the second would be refused.
        ...(release !== undefined && { RELEASE_DISTRIBUTION: 'none' }),
        ...(isPhoenix && { PHX_SERVER: 'true' }),
      },
      ...(migrations.beforeRun.length > 0 && { beforeRun: [...migrations.beforeRun] }),
    },
    decisions: [
      ...(isFromSource
        ? [{ key: 'elixir.release', value: `none: \`${byMix.command}\` starts the app from its source`, origin: byMix.origin }]
        : decisionsOf(release, web)),
      ...(isPhoenix ? [{ key: 'elixir.framework', value: 'phoenix', origin: 'mix.exs' }] : []),
      ...migrations.decisions,
    ],
    warnings: [...warningsOf(project, isPhoenix, context.envNames ?? []), ...migrations.warnings, ...assets.warnings, ...startWarnings],
    startWarnings,
  }
  return withAssets(plan, assets.packages, 'build')
}

function buildCommands({ releases }: MixProject, release: ReleaseChoice | undefined, assets: readonly string[]): readonly string[] {
  return [
    'mix compile',
    ...assets,
    // The release a project has without saying so has no name on the command line.
    ...(release === undefined ? [] : [`mix release${releases.length === 0 ? '' : ` ${release.name}`} --overwrite`]),
  ]
}

function decisionsOf(release: ReleaseChoice | undefined, web: string): readonly Decision[] {
  const origin = release?.origin ?? 'mix.exs'
  return [
    { key: 'elixir.release', value: release?.name ?? 'none: mix.exs starts no application and names no release', origin },
    { key: 'processes.web', value: web, origin },
  ]
}

function warningsOf(
  { names, dependencies, hasApplication, isUmbrella, releases }: MixProject,
  isPhoenix: boolean,
  envNames: readonly string[],
): readonly string[] {
  return [
    ...(dependencies.length > 0 && !names.includes('mix.lock')
      ? ['There is no mix.lock: two builds may install different packages. Run `mix deps.get` and add what it writes.']
      : []),
    ...(!hasApplication && !isUmbrella && releases.length === 0
      ? [
          'mix.exs starts no application, so nothing will run: add `mod: {Your.Application, []}` to `application`, or write the command into Procfile.',
        ]
      : []),
    ...(!isPhoenix || envNames.includes('SECRET_KEY_BASE')
      ? []
      : [
          'Phoenix starts in production only with a secret: SECRET_KEY_BASE = { generate = "base64", length = 64 } under [env] in hop3.toml makes one.',
        ]),
  ]
}
