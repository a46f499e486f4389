import { hop3Error, isHop3Error, visible } from '@hop3/core'
import type { AppConfig, LanguageToolchain, ToolchainContext, ToolchainFactory, Verdict } from '@hop3/core'
import { mergePlans } from '../plan/merge-plans.ts'
import { nearestName } from '../config/nearest-name.ts'
import type { ConsideredToolchain } from './planned-app.ts'

export interface ChosenToolchains {
  readonly chosen: readonly LanguageToolchain[]
  readonly considered: readonly ConsideredToolchain[]
  /** Why these: for the decisions. */
  readonly origin: string
  readonly warnings: readonly string[]
}

export interface ToolchainRequest {
  readonly config: AppConfig
  readonly toolchains: readonly ToolchainFactory[]
  readonly contextFor: (name: string, named: boolean) => ToolchainContext
}

/**
 * The toolchains an app names (`[build] toolchain`, else a plan's `providers`), in that order and whether they accept or not; else the one
 * detected: of those that accept, the most specific, then the first. All are asked either way. Throws `config.unknown-toolchain`.
 */
export async function chooseToolchains(request: ToolchainRequest): Promise<ChosenToolchains> {
  const { config, toolchains, contextFor } = request
  const isNamed = config.build.toolchains !== undefined
  const considered: ConsideredToolchain[] = []
  for (const factory of toolchains) {
    considered.push({ name: factory.name, verdict: await ask(factory.create(contextFor(factory.name, false)), isNamed) })
  }
  const ranked = rank(toolchains, considered)
  const named = namedToolchains(config, ranked[0]?.name)
  if (named === undefined) {
    const chosen = ranked.slice(0, 1).map((factory) => factory.create(contextFor(factory.name, false)))
    return { chosen, considered, origin: reasonOf(ranked[0]?.name, considered), warnings: tieWarning(ranked, considered) }
  }
  const chosen = named.names.map((name) => findToolchain(name, named.origin, toolchains).create(contextFor(name, true)))
  return { chosen, considered, origin: named.origin, warnings: [] }
}

/** A file that one toolchain cannot read is no reason to fail where the app has named another. */
async function ask(toolchain: LanguageToolchain, isNamed: boolean): Promise<Verdict> {
  try {
    return await toolchain.accept()
  } catch (error) {
    if (isNamed && isHop3Error(error)) return { accepted: false, reason: error.message }
    throw error
  }
}

/** Accepted ones, the best first. */
function rank(toolchains: readonly ToolchainFactory[], considered: readonly ConsideredToolchain[]): readonly ToolchainFactory[] {
  const accepted = toolchains.filter((_, index) => considered[index]?.verdict.accepted)
  return [...accepted.filter(isDeclared), ...accepted.filter((factory) => !isDeclared(factory))]
}

function isDeclared({ specificity }: ToolchainFactory): boolean {
  return specificity === 'declared'
}

function namedToolchains(
  config: AppConfig,
  detected: string | undefined,
): { readonly names: readonly string[]; readonly origin: string } | undefined {
  const { toolchains } = config.build
  if (toolchains !== undefined) return { names: toolchains, origin: config.origins['build.toolchains'] ?? 'configuration' }
  const layers = config.planLayers.filter(({ plan }) => plan.providers !== undefined && plan.providers !== null)
  const last = layers.at(-1)
  if (last === undefined) return undefined
  const { providers } = mergePlans([{ providers: detected === undefined ? [] : [detected] }, ...layers.map(({ plan }) => plan)])
  return { names: [...new Set(providers)], origin: `${last.origin} (providers)` }
}

function reasonOf(name: string | undefined, considered: readonly ConsideredToolchain[]): string {
  const verdict = considered.find((one) => one.name === name)?.verdict
  return verdict?.evidence?.[0] ?? verdict?.reason ?? 'detection'
}

function tieWarning(ranked: readonly ToolchainFactory[], considered: readonly ConsideredToolchain[]): readonly string[] {
  const [first] = ranked
  const equals = ranked.filter((factory) => first !== undefined && factory.specificity === first.specificity)
  if (first === undefined || equals.length < 2) return []
  const reasons = equals.map(({ name }) => `${name} (${reasonOf(name, considered)})`).join(' and ')
  return [
    `${reasons} could both build this app; ${first.name} is used. Write toolchain = "${first.name}" under [build] in hop3.toml to say so, or toolchains = [${equals.map(({ name }) => JSON.stringify(name)).join(', ')}] to use both.`,
  ]
}

function findToolchain(name: string, origin: string, toolchains: readonly ToolchainFactory[]): ToolchainFactory {
  const found = toolchains.find((factory) => factory.name === name)
  if (found !== undefined) return found
  const known = toolchains.map((factory) => factory.name)
  const nearest = nearestName(name, known)
  throw hop3Error('config.unknown-toolchain', `${origin}: there is no toolchain ${visible(name)}.`, {
    hint: `${nearest === undefined ? '' : `Did you mean \`${nearest}\`? `}Known toolchains: ${known.join(', ') || 'none'}.`,
    details: { origin, name: visible(name), known },
  })
}
