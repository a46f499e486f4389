/** Several toolchains' plans as one: the first keeps its phases' plain names and wins wherever two say different things. */
import { own } from '@hop3/core'
import type { Decision, PhaseInput, PlanInput, PlanLayer, RuntimeInput, ToolchainPlan } from '@hop3/core'
import { overrideDefaults, webWorkersOf } from '../config/web-workers.ts'

export interface NamedPlan {
  /** In front of its phases where it is not the first; made unique. */
  readonly name: string
  readonly plan: ToolchainPlan
  /** What a plan file says that no toolchain does. */
  readonly extra?: Pick<PlanInput, 'buildImage' | 'staticAssets' | 'start'>
  /** Its phases add to those of the same name, whatever its place in the list: system packages. */
  readonly isShared?: boolean
  /** Where a plan file says what, by key path. */
  readonly origins?: Readonly<Record<string, string>>
}

export interface CombinedPlans {
  /** One for each provider, lowest first. */
  readonly layers: readonly PlanLayer[]
  readonly processes: Readonly<Record<string, string>>
  readonly decisions: readonly Decision[]
  /** What is to be said where these are the workers in force. */
  warnings(workers: Readonly<Record<string, string>>): readonly string[]
}

export function combineToolchains(plans: readonly NamedPlan[], evidence: (name: string) => string | undefined): CombinedPlans {
  const owners = plans.filter(({ isShared }) => isShared !== true)
  const lowestFirst = withUniqueNames(owners).map(planOf).toReversed()
  const shared = plans.filter(({ isShared }) => isShared === true).map((one) => planOf(one, 0))
  return {
    layers: [...lowestFirst, ...shared].map(({ name, plan, versions, decisions, origins }) => ({
      origin: `${name} toolchain`,
      plan,
      origins: { ...originsOf({ versions, decisions, found: evidence(name) }), ...origins },
    })),
    processes: plans.toReversed().reduce((low, { plan }) => overrideDefaults(low, plan.processes), {}),
    decisions: plans.flatMap(({ plan }) => plan.decisions),
    warnings: (workers) => plans.flatMap(({ plan }) => warningsOf(plan, workers)),
  }
}

function warningsOf({ processes, warnings, startWarnings = [] }: ToolchainPlan, workers: CombinedPlans['processes']): readonly string[] {
  const [name] = webWorkersOf(processes)
  const isInForce = name === undefined ? Object.keys(workers).length === 0 : own(workers, name) === own(processes, name)
  return isInForce ? warnings : warnings.filter((one) => !startWarnings.includes(one))
}

interface ProviderLayer extends Pick<ToolchainPlan, 'versions' | 'decisions'> {
  readonly name: string
  readonly plan: PlanInput
  readonly origins: Readonly<Record<string, string>>
}

/** A toolchain's answer as a plan; the names of all but the first's phases carry the toolchain's. */
function planOf({ name, plan, extra, origins = {} }: NamedPlan, index: number): ProviderLayer {
  const own = new Set(Object.keys(plan.phases))
  const prefixed = (phase: string): string => (index > 0 && own.has(phase) ? `${name}:${phase}` : phase)
  const phases = Object.entries(plan.phases).map(([phase, { dependsOn, ...rest }]): [string, PhaseInput] => [
    prefixed(phase),
    { ...rest, ...(dependsOn ? { dependsOn: dependsOn.map(prefixed) } : {}) },
  ])
  const web = Object.hasOwn(plan.processes, 'web') ? plan.processes['web'] : undefined
  const layer: PlanInput = {
    ...extra,
    ...(web === undefined ? {} : { start: { ...extra?.start, cmd: web } }),
    phases: Object.fromEntries(phases),
    variables: { ...plan.variables },
    processes: { ...plan.processes },
    versions: { ...plan.versions },
    // The marker, because no toolchain takes back what another leaves out.
    ...(plan.exclude === undefined ? {} : { exclude: ['...', ...plan.exclude] }),
    runtime: runtimeOf(plan),
  }
  const places = Object.entries(origins).map(([key, origin]) => {
    const [table, phase = '', ...rest] = key.split('.')
    return [table === 'phases' ? [table, prefixed(phase), ...rest].join('.') : key, origin] as const
  })
  return { name, plan: layer, versions: plan.versions, decisions: plan.decisions, origins: Object.fromEntries(places) }
}

/** Lists extend: what the first provider needs comes first. */
function runtimeOf({ kind, runtime }: ToolchainPlan): RuntimeInput {
  const { pathPrepend = [], beforeRun = [], staticPaths = {}, ...rest } = runtime
  const slashed = Object.entries(staticPaths).map(([prefix, directory]) => [withSlash(prefix), withSlash(directory)] as const)
  return {
    ...(kind === '' ? {} : { kind }),
    ...(pathPrepend.length === 0 ? {} : { pathPrepend: [...pathPrepend, '...'] }),
    ...(beforeRun.length === 0 ? {} : { beforeRun: [...beforeRun, '...'] }),
    ...(slashed.length === 0 ? {} : { staticPaths: Object.fromEntries(slashed) }),
    ...rest,
  }
}

function withSlash(text: string): string {
  return text.endsWith('/') ? text : `${text}/`
}

interface Found extends Pick<ToolchainPlan, 'versions' | 'decisions'> {
  /** The file the toolchain was found by. */
  readonly found: string | undefined
}

function originsOf({ versions, decisions, found }: Found): Readonly<Record<string, string>> {
  const processes = decisions.filter(({ key }) => key.startsWith('processes.'))
  const web = processes.find(({ key }) => key === 'processes.web')
  const files = found === undefined ? [] : ['phases', 'runtime', 'processes', 'variables', 'exclude'].map((key) => [key, found] as const)
  return Object.fromEntries<string>([
    ...files,
    ...Object.entries(versions).map(([tool, { origin }]) => [`versions.${tool}`, origin] as const),
    ...processes.map(({ key, origin }) => [key, origin] as const),
    ...(web === undefined ? [] : [['start.cmd', web.origin] as const]),
  ])
}

/** Two files may have one name in different directories. */
function withUniqueNames(plans: readonly NamedPlan[]): readonly NamedPlan[] {
  const taken = new Set<string>()
  return plans.map((one) => {
    let name = one.name
    for (let count = 2; taken.has(name); count++) name = `${one.name}-${count}`
    taken.add(name)
    return { ...one, name }
  })
}
