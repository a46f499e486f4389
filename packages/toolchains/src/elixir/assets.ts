/** The scripts and styles of a Phoenix app: of its own directory, or of an umbrella's apps. */
import { joinPaths, shellQuote } from '@hop3/core'
import type { ToolchainContext } from '@hop3/core'
import { assetsOf } from '../node/assets.ts'
import type { Assets } from '../node/assets.ts'
import type { MixMember, MixProject } from './mix-file.ts'

export interface PhoenixAssets {
  /** What package.json is for. */
  readonly packages?: Assets
  /** What Mix does for them, where the project's aliases say it. */
  readonly cmds: readonly string[]
  readonly warnings: readonly string[]
}

/** Where its alias takes them in or their script makes them; else of the app itself, where no toolchain is named for that. */
export async function findAssets(context: ToolchainContext, project: MixProject, install: 'install' | undefined): Promise<PhoenixAssets> {
  const places = placesOf(project)
  const deployed = places.filter(({ aliases }) => aliases.has('assets.deploy'))
  const withPackages = await withManifest(context, places)
  const [first, ...others] = withPackages
  const after = { install, after: install }
  const packages =
    first === undefined
      ? await ofRoot(context, deployed.length > 0 ? [] : [['build']], after)
      : await assetsOf(context, {
          directory: joinPaths(first.directory, 'assets'),
          scripts: deployed.includes(first) ? [] : [['deploy', 'build']],
          isInstalled: true,
          ...after,
        })
  const isDigested = deployed.length === 0 && (packages?.scripts.length ?? 0) > 0
  const isPhoenix = project.dependencies.some(({ name }) => name === 'phoenix')
  return {
    ...(packages && { packages }),
    cmds: [...deployed.flatMap(commandsOf), ...(isDigested && isPhoenix ? ['mix phx.digest'] : [])],
    warnings: others.map(
      ({ directory }) =>
        `${directory}/assets/package.json is not installed from, only that of ${first?.directory ?? ''}: write \`prebuild: cd ${directory}/assets && npm ci\` into Procfile.`,
    ),
  }
}

/** Of an umbrella, its apps: unless it has an alias of its own that goes through them. */
function placesOf({ isUmbrella, aliases, members }: MixProject): readonly MixMember[] {
  const root = { directory: '', aliases }
  return isUmbrella && !aliases.has('assets.deploy') ? [root, ...members] : [root]
}

async function withManifest({ source }: ToolchainContext, places: readonly MixMember[]): Promise<readonly MixMember[]> {
  const found = await Promise.all(
    places.map(async (one) => ((await source.hasFile(joinPaths(one.directory, 'assets/package.json'))) ? [one] : [])),
  )
  return found.flat()
}

async function ofRoot(
  context: ToolchainContext,
  scripts: readonly (readonly string[])[],
  after: { readonly install: 'install' | undefined; readonly after: 'install' | undefined },
): Promise<Assets | undefined> {
  return context.named ? undefined : assetsOf(context, { scripts, ...after })
}

/** What makes assets is fetched by itself where it is missing. */
function commandsOf({ directory, aliases }: MixMember): readonly string[] {
  const tasks = ['assets.setup', 'assets.deploy'].filter((name) => aliases.has(name))
  return tasks.map((task) => (directory === '' ? `mix ${task}` : `cd ${shellQuote(directory)} && mix ${task}`))
}
