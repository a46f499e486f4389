/** The strategies at hand, by role, in a fixed order. Packages are imported when a role is first asked for, one after another. */
import type { BuilderFactory } from './builder.ts'
import type { DeployerFactory } from './deployer.ts'
import { hop3Error } from './errors.ts'
import type { Candidate, FoundPlugins, IgnoredPlugin } from './find-plugins.ts'
import { importPlugin } from './import-plugin.ts'
import { roleKeywords, type Plugin, type Role } from './plugin.ts'
import type { PlanPackage } from './provider-host.ts'
import type { ProxyFactory } from './proxy.ts'
import type { ToolchainFactory } from './toolchain.ts'

export interface Registry {
  builders(): Promise<readonly BuilderFactory[]>
  deployers(): Promise<readonly DeployerFactory[]>
  toolchains(): Promise<readonly ToolchainFactory[]>
  proxies(): Promise<readonly ProxyFactory[]>
  /** Installed plan files, usable as providers by the name of their package. */
  planPackages(): readonly PlanPackage[]
  /** Every candidate with what became of it, after importing all of them. */
  describe(): Promise<readonly PluginDescription[]>
  /** Plugins that were left out so far, with the reason. */
  ignored(): readonly IgnoredPlugin[]
}

export interface PluginDescription {
  readonly name: string
  readonly version: string
  readonly directory: string
  readonly root: string
  readonly state: 'loaded' | 'ignored'
  readonly reason: string
  /** `builder local`, `deployer uwsgi`, … */
  readonly strategies: readonly string[]
}

/** Either what discovery found, or plugin objects an embedder imported itself; the latter come first. */
export interface RegistryOptions {
  readonly found?: FoundPlugins
  readonly plugins?: Readonly<Record<string, Plugin>>
  /** Called once for each plugin that was left out, as soon as a role has been asked for. `describe` does not call it: it says so itself. */
  readonly onIgnored?: (plugin: IgnoredPlugin) => void
}

/** Throws `plugin.duplicate` on use when two packages offer one name. */
export function createRegistry({ found, plugins = {}, onIgnored = () => {} }: RegistryOptions): Registry {
  const given = Object.entries(plugins).map(([name, plugin]): Loaded => ({ name, plugin }))
  const candidates = found?.candidates ?? []
  const ignored: IgnoredPlugin[] = [...(found?.ignored ?? [])]
  const imports = new Map<Candidate, Promise<Loaded | undefined>>()
  const load = (candidate: Candidate): Promise<Loaded | undefined> => {
    // Nothing but a plan file: there is no code to run.
    if (candidate.roles.length === 0) return Promise.resolve(undefined)
    const known = imports.get(candidate)
    if (known !== undefined) return known
    const importing = importPlugin(candidate).then((result) => {
      if ('plugin' in result) return { name: candidate.name, plugin: result.plugin }
      ignored.push(result.ignored)
      return undefined
    })
    imports.set(candidate, importing)
    return importing
  }
  const said = new Set<IgnoredPlugin>()
  const ofRole = async (role: Role): Promise<readonly Loaded[]> => {
    const loaded = await loadInOrder(candidates, role, load)
    for (const one of ignored.filter((plugin) => !said.has(plugin))) {
      said.add(one)
      onIgnored(one)
    }
    return [...given, ...loaded]
  }
  return Object.freeze<Registry>({
    builders: async () => unique('builder', await ofRole('builders'), (plugin) => plugin.builders),
    deployers: async () => unique('deployer', await ofRole('deployers'), (plugin) => plugin.deployers),
    toolchains: async () => unique('toolchain', await ofRole('toolchains'), (plugin) => plugin.toolchains),
    proxies: async () => unique('proxy', await ofRole('proxies'), (plugin) => plugin.proxies),
    planPackages: () => candidates.flatMap(({ name, planFile }) => (planFile === undefined ? [] : [{ name, planFile }])),
    ignored: () => [...ignored],
    describe: async () => describeAll(candidates, await loadAll(candidates, load), given, ignored),
  })
}

interface Loaded {
  readonly name: string
  readonly plugin: Plugin
}

type Load = (candidate: Candidate) => Promise<Loaded | undefined>

/** One after another: which of two packages is first must not depend on which import finishes first. */
async function loadInOrder(candidates: readonly Candidate[], role: Role, load: Load): Promise<readonly Loaded[]> {
  return (
    await loadAll(
      candidates.filter((candidate) => candidate.roles.includes(role)),
      load,
    )
  ).filter((one) => one !== undefined)
}

async function loadAll(candidates: readonly Candidate[], load: Load): Promise<readonly (Loaded | undefined)[]> {
  const loaded: (Loaded | undefined)[] = []
  for (const candidate of candidates) loaded.push(await load(candidate))
  return loaded
}

function unique<F extends { readonly name: string }>(
  what: string,
  loaded: readonly Loaded[],
  pick: (plugin: Plugin) => readonly F[] | undefined,
): readonly F[] {
  const owners = new Map<string, string>()
  return loaded.flatMap(({ name, plugin }) =>
    (pick(plugin) ?? []).map((factory) => {
      const owner = owners.get(factory.name)
      if (owner !== undefined) throw duplicate(what, factory.name, owner, name)
      owners.set(factory.name, name)
      return factory
    }),
  )
}

function duplicate(what: string, strategy: string, first: string, second: string): Error {
  return hop3Error('plugin.duplicate', `Two packages offer a ${what} named "${strategy}": ${first} and ${second}.`, {
    hint: `Uninstall one of them: \`npm uninstall ${second}\`.`,
    details: { strategy, packages: [first, second] },
  })
}

function describeAll(
  candidates: readonly Candidate[],
  loaded: readonly (Loaded | undefined)[],
  given: readonly Loaded[],
  ignored: readonly IgnoredPlugin[],
): readonly PluginDescription[] {
  const fromEmbedder = given.map(({ name, plugin }) => ({
    name,
    version: '',
    directory: '',
    root: '',
    state: 'loaded' as const,
    reason: 'given by the embedding program',
    strategies: strategiesOf(plugin),
  }))
  const fromDiscovery = candidates.map(({ name, version, directory, root, roles, planFile }, index): PluginDescription => {
    const plugin = loaded[index]?.plugin
    const problem = ignored.find((one) => one.directory === directory)
    const state = plugin === undefined && roles.length > 0 ? 'ignored' : 'loaded'
    return {
      name,
      version,
      directory,
      root,
      state,
      reason: problem ? `${problem.stage}: ${problem.error}` : '',
      strategies: [...(plugin ? strategiesOf(plugin) : []), ...(planFile === undefined ? [] : [`provider ${name}`])],
    }
  })
  const neverCandidates = ignored
    .filter((one) => !candidates.some(({ directory }) => directory === one.directory))
    .map((one) => ({
      name: one.name,
      version: '',
      directory: one.directory,
      root: '',
      state: 'ignored' as const,
      reason: `${one.stage}: ${one.error}`,
      strategies: [],
    }))
  return [...fromEmbedder, ...fromDiscovery, ...neverCandidates]
}

function strategiesOf(plugin: Plugin): readonly string[] {
  return Object.values(roleKeywords).flatMap((role) => (plugin[role] ?? []).map((factory) => `${singular[role]} ${factory.name}`))
}

const singular: Readonly<Record<Role, string>> = { builders: 'builder', deployers: 'deployer', toolchains: 'toolchain', proxies: 'proxy' }
