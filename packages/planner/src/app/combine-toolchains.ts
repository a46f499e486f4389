/** Several toolchains' plans as one: the first keeps its phases' plain names and wins wherever two say different things. */
import type { Decision, PhaseInput, PlanInput, ToolchainPlan } from '@hop3/core'
import { mergePlans } from '../plan/merge-plans.ts'
import { overrideDefaults } from '../config/web-workers.ts'
import type { PlannedRuntime } from './planned-app.ts'

export interface NamedPlan {
  readonly name: string
  readonly plan: ToolchainPlan
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
  const lowestFirst = plans.map(layerOf).toReversed()
  return {
    kind: plans[0]?.plan.kind ?? '',
    plan: mergePlans(lowestFirst),
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
function layerOf({ name, plan }: NamedPlan, index: number): PlanInput {
  const own = new Set(Object.keys(plan.phases))
  const prefixed = (phase: string): string => (index > 0 && own.has(phase) ? `${name}:${phase}` : phase)
  const phases = Object.entries(plan.phases).map(([phase, { dependsOn, ...rest }]): [string, PhaseInput] => [
    prefixed(phase),
    { ...rest, ...(dependsOn ? { dependsOn: dependsOn.map(prefixed) } : {}) },
  ])
  return {
    phases: Object.fromEntries(phases),
    variables: { ...plan.variables },
    versions: { ...plan.versions },
    // The marker, because no toolchain takes back what another leaves out.
    ...(plan.exclude === undefined ? {} : { exclude: ['...', ...plan.exclude] }),
  }
}

function firstWins(tables: readonly (Readonly<Record<string, string>> | undefined)[]): Readonly<Record<string, string>> {
  return tables.reduceRight<Readonly<Record<string, string>>>((low, high) => ({ ...low, ...high }), {})
}
