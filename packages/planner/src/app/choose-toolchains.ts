import { isHop3Error, messageOf, strategyFailure } from '@hop3/core'
import type { AppConfig, LanguageToolchain, ToolchainContext, ToolchainFactory } from '@hop3/core'
import { mergePlans } from '../plan/merge-plans.ts'
import type { NamedPlan } from './combine-toolchains.ts'
import type { ConsideredToolchain } from './planned-app.ts'
import type { NameProvider } from './name-provider.ts'

/** A toolchain, or another provider the app names. */
export interface ChosenProvider {
  readonly name: string
  readonly plan: () => Promise<NamedPlan>
}

export interface ChosenToolchains {
  readonly chosen: readonly ChosenProvider[]
  readonly considered: readonly ConsideredToolchain[]
  /** Why these: for the decisions. */
  readonly origin: string
  readonly warnings: readonly string[]
}

export interface ToolchainRequest {
  readonly config: AppConfig
  readonly toolchains: readonly ToolchainFactory[]
  readonly contextFor: (name: string, named: boolean) => ToolchainContext
  readonly nameProvider: NameProvider
}

/**
 * The providers an app names (`[build] toolchain`, else a plan's `providers`), in that order and whether they accept or not; else the one
 * toolchain detected: of those that accept, the most specific, then the first. All are asked either way. Throws as `NameProvider`.
 */
export async function chooseToolchains(request: ToolchainRequest): Promise<ChosenToolchains> {
  const { config, toolchains, contextFor, nameProvider } = request
  const isNamed = namedToolchains(config, undefined) !== undefined
  const asked: Asked[] = []
  for (const factory of toolchains) {
    asked.push(await ask(factory, contextFor(factory.name, false), isNamed))
  }
  const considered = asked.map(({ name, verdict }) => ({ name, verdict }))
  const failures = asked.flatMap(({ failure }) => (failure === undefined ? [] : [messageOf(failure)]))
  const ranked = rank(toolchains, considered)
  const named = namedToolchains(config, ranked[0]?.name)
  if (named === undefined) {
    const chosen = ranked.slice(0, 1).map((factory) => planned(factory.create(contextFor(factory.name, false))))
    return { chosen, considered, origin: reasonOf(ranked[0]?.name, considered), warnings: [...failures, ...tieWarning(ranked, considered)] }
  }
  const chosen = new Map<string, ChosenProvider>()
  for (const name of named.names) {
    const factory = toolchains.find((one) => one.name === name)
    const one = factory === undefined ? await nameProvider(name, named.origin) : planned(factory.create(contextFor(name, true)))
    chosen.set(one.name, chosen.get(one.name) ?? one)
  }
  return { chosen: [...chosen.values()], considered, origin: named.origin, warnings: failures }
}

function planned(toolchain: LanguageToolchain): ChosenProvider {
  const { name } = toolchain
  return {
    name,
    plan: async () => {
      try {
        return { name, plan: await toolchain.plan() }
      } catch (error) {
        throw strategyFailure(error, `The toolchain ${name}`, 'planned the app')
      }
    },
  }
}

interface Asked extends ConsideredToolchain {
  /** A defect of the toolchain. */
  readonly failure?: unknown
}

/**
 * A toolchain that fails says no, with its message as the reason. What it says is wrong with a file of the app is the app's fault and ends the
 * planning, unless the app has named another toolchain.
 */
async function ask(factory: ToolchainFactory, context: ToolchainContext, isNamed: boolean): Promise<Asked> {
  const { name } = factory
  try {
    return { name, verdict: await factory.create(context).accept() }
  } catch (error) {
    if (isHop3Error(error) && !isNamed) throw error
    const failure = isHop3Error(error) ? undefined : strategyFailure(error, `The toolchain ${name}`, 'looked at the app')
    return { name, verdict: { accepted: false, reason: messageOf(error), evidence: [] }, failure }
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
  const found = { providers: detected === undefined ? [] : [detected] }
  if (toolchains !== undefined) {
    const { providers } = mergePlans([found, { providers: toolchains }])
    return { names: providers ?? [], origin: config.origins['build.toolchains'] ?? 'configuration' }
  }
  const layers = config.planLayers.filter(({ plan }) => plan.providers !== undefined && plan.providers !== null)
  const last = layers.at(-1)
  if (last === undefined) return undefined
  const { providers } = mergePlans([found, ...layers.map(({ plan }) => ({ providers: plan.providers }))])
  return { names: providers ?? [], origin: last.origins?.['providers'] ?? `${last.origin} (providers)` }
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
