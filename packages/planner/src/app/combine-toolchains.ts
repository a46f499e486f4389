/** Several toolchains' plans as one: the first keeps its phases' plain names and wins wherever two say different things. */
import type { Decision, PhaseInput, PlanInput, ToolchainPlan } from '@hop3/core'
import { mergePlans } from '../plan/merge-plans.ts'
import { overrideDefaults } from '../config/web-workers.ts'
import type { PlannedRuntime } from './planned-app.ts'

export interface NamedPlan {
  /** In front of its phases where it is not the first; made unique. */
  readonly name: string
  readonly plan: ToolchainPlan
  /** What a plan file says that no toolchain does. */
  readonly extra?: Pick<PlanInput, 'buildImage' | 'staticAssets' | 'start'>
  /** Its phases add to those of the same name, whatever its place in the list: system packages. */
  readonly isShared?: boolean
}

export interface CombinedPlans {
  readonly kind: string
  readonly plan: PlanInput
  readonly processes: Readonly<Record<string, string>>
  readonly runtime: Pick<PlannedRuntime, 'envVars' | 'envPaths' | 'pathPrepend' | 'beforeRun' | 'staticPaths' | 'healthcheckPath'>
  readonly spa: boolean
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

export function combineToolchains(plans: readonly NamedPlan[]): CombinedPlans {
  const runtimes = plans.map(({ plan }) => plan.runtime)
  const owners = plans.filter(({ isShared }) => isShared !== true)
  const lowestFirst = withUniqueNames(owners).map(layerOf).toReversed()
  const shared = plans.filter(({ isShared }) => isShared === true).map((one) => layerOf(one, 0))
  return {
    kind: owners.map(({ plan }) => plan.kind).find((kind) => kind !== '') ?? '',
    plan: mergePlans([...lowestFirst, ...shared]),
    processes: plans.toReversed().reduce((low, { plan }) => overrideDefaults(low, plan.processes), {}),
    runtime: {
      envVars: firstWins(runtimes.map(({ envVars }) => envVars)),
      envPaths: firstWins(runtimes.map(({ envPaths }) => envPaths)),
      pathPrepend: [...new Set(runtimes.flatMap(({ pathPrepend }) => pathPrepend ?? []))],
      beforeRun: runtimes.flatMap(({ beforeRun }) => beforeRun ?? []),
      staticPaths: firstWins(runtimes.map(({ staticPaths }) => staticPaths)),
      healthcheckPath: runtimes.map(({ healthcheckPath }) => healthcheckPath).find((path) => path !== undefined) ?? '',
    },
    spa: runtimes.some(({ spa }) => spa === true),
    decisions: plans.flatMap(({ plan }) => plan.decisions),
    warnings: plans.flatMap(({ plan }) => plan.warnings),
  }
}

/** The plan part of a toolchain's answer; the names of all but the first's phases carry the toolchain's. */
function layerOf({ name, plan, extra }: NamedPlan, index: number): PlanInput {
  const own = new Set(Object.keys(plan.phases))
  const prefixed = (phase: string): string => (index > 0 && own.has(phase) ? `${name}:${phase}` : phase)
  const phases = Object.entries(plan.phases).map(([phase, { dependsOn, ...rest }]): [string, PhaseInput] => [
    prefixed(phase),
    { ...rest, ...(dependsOn ? { dependsOn: dependsOn.map(prefixed) } : {}) },
  ])
  return {
    ...extra,
    phases: Object.fromEntries(phases),
    variables: { ...plan.variables },
    versions: { ...plan.versions },
    // The marker, because no toolchain takes back what another leaves out.
    ...(plan.exclude === undefined ? {} : { exclude: ['...', ...plan.exclude] }),
  }
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

function firstWins(tables: readonly (Readonly<Record<string, string>> | undefined)[]): Readonly<Record<string, string>> {
  return tables.reduceRight<Readonly<Record<string, string>>>((low, high) => ({ ...low, ...high }), {})
}
