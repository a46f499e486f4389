import type { ToolchainFactory } from '@hop3/core'
export { createSourceView, sourceViewOf } from './source/source-view.ts'
export type { SourceReader } from './source/source-view.ts'
export { createSourceFilter } from './source/create-source-filter.ts'
export { readAppConfig } from './config/read-app-config.ts'
export type { JsonPlan, PlanOverrides } from './config/plan-overrides.ts'
export type { PlanEnvironment } from './config/environment-layers.ts'
export { toolchainOptions } from './config/toolchain-options.ts'
export type { ToolchainOptions } from './config/toolchain-options.ts'
export { planApp } from './app/plan-app.ts'
export { resolveRuntime } from './app/planned-app.ts'
export type { ProviderAccess } from './providers/provider-access.ts'
export type { ConsideredToolchain, PlannedApp, PlannedRuntime } from './app/planned-app.ts'
export { mergePlans } from './plan/merge-plans.ts'
export { finishPlan } from './plan/finish-plan.ts'
export { orderPhases } from './plan/order-phases.ts'
export { formatPlan, planDigest } from './plan/format-plan.ts'
export { planToToml } from './plan/plan-to-toml.ts'
export { explainPlan } from './plan/explain-plan.ts'
export type { ExplainedValue, PlanSource } from './plan/explain-plan.ts'
export { freezePlan } from './plan/freeze-plan.ts'
export { diffPlans } from './plan/diff-plans.ts'
export type { PlanChange } from './plan/diff-plans.ts'
export type { PlanValue } from './plan/plan-values.ts'
export { describeChanges } from './plan/describe-changes.ts'
export { readPlan } from './plan/read-plan.ts'
export { planToDot } from './plan/plan-to-dot.ts'
export { planToSvg } from './plan/plan-to-svg.ts'

/** See `config-schema.ts`; loaded when asked for, because it needs all of zod. */
export async function configSchema(toolchains: readonly ToolchainFactory[]): Promise<Readonly<Record<string, unknown>>> {
  const { configSchema: make } = await import('./config/config-schema.ts')
  return make(toolchains)
}
