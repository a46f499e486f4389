/** A plan somebody wrote, as layers of the configuration. */
import type { PlanInput } from '@hop3/core'
import { hop3Error, isPlanVariable, visible } from '@hop3/core'
import { isTable } from './canonical-keys.ts'
import { checkOneWebWorker, checkWorker } from './check-worker.ts'
import type { ConfigLayer } from './config-layer.ts'
import { inlineVariables, type InlinedPlan } from './inline-variables.ts'
import type { LocatedValue } from './located-value.ts'
import { locatePlanInput } from './plan-input.ts'
import { phaseOrigins, planOrigins } from './plan-origins.ts'
import { readPlanVariables, type PlanSettings } from './plan-variables.ts'
import { settingsLayers } from './settings-layers.ts'
import { workersOfPlan } from './plan-workers.ts'

/**
 * What `document` says, over what its variables say: `HOP3_…` and `NIXPACKS_…` under `[variables]` configure the build and are no variables
 * of it. Throws as `locatePlanInput`, `readPlanVariables` and `checkWorker`.
 */
export function planLayers(name: string, document: LocatedValue, inFile = true): readonly ConfigLayer[] {
  const { plan: written, originOf } = locatePlanInput(document)
  const { plan: whole, settings } = splitVariables(written, originOf)
  const { workers, plan } = workersOfPlan(whole)
  const origins = planOrigins(whole, originOf)
  const workerOrigin = (worker: string): string =>
    (worker === 'web' ? origins['start.cmd'] : undefined) ?? origins[`processes.${worker}`] ?? document.path
  const checked = Object.entries(workers).map(([worker, command]) => [worker, checkWorker(worker, command, workerOrigin(worker))] as const)
  checkOneWebWorker(workers, workerOrigin)
  const located = { plan, origins }
  return [
    ...settingsLayers(name, settings, inFile),
    {
      name,
      runtime: { workers: Object.fromEntries(checked) },
      plans: Object.values(plan).every((value) => value === undefined) ? [] : [located],
      origins: {
        ...Object.fromEntries(checked.map(([worker]) => [`runtime.workers.${worker}`, workerOrigin(worker)] as const)),
        ...phaseOrigins(located),
      },
    },
  ]
}

export interface SplitVariables {
  /** With the variables of the build alone. */
  readonly plan: PlanInput
  readonly settings: PlanSettings
}

/** Takes what configures the build out of a plan's variables. */
export function splitVariables(plan: PlanInput, originOf: (keys: readonly PropertyKey[]) => string): SplitVariables {
  const entries = Object.entries(plan.variables ?? {})
  const configuring = entries.filter(([name]) => isPlanVariable(name))
  const settings = readPlanVariables(configuring.map(([name, value]) => ({ name, value, origin: originOf(['variables', name]) })))
  const { plan: inlined, unset } = inlineVariables(plan, Object.fromEntries(configuring))
  const own = Object.fromEntries(entries.filter(([name]) => !isPlanVariable(name)))
  return {
    plan: configuring.length === 0 ? inlined : { ...inlined, variables: own },
    settings: { ...settings, warnings: [...settings.warnings, ...unset.map((one) => unsetWarning(one, originOf))] },
  }
}

function unsetWarning({ name, phase }: InlinedPlan['unset'][number], originOf: (keys: readonly PropertyKey[]) => string): string {
  return `${originOf(['phases', phase, 'cmds'])}: ${name} is set by nothing here; write it under [variables].`
}

/** The document's value. Throws `config.invalid`. */
export function checkTable(document: LocatedValue): Readonly<Record<string, unknown>> {
  if (isTable(document.value)) return document.value
  const saw = Array.isArray(document.value) ? 'a list' : visible(JSON.stringify(document.value) ?? 'nothing')
  throw hop3Error('config.invalid', `${document.originOf([])}: a plan must be an object; it is ${saw}.`, {
    hint: 'Write {"phases": {"build": {"cmds": ["make"]}}}, or what else the plan should say.',
    details: { origin: document.originOf([]) },
  })
}
