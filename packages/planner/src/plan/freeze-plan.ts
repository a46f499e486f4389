import type { BuildPlan } from '@hop3/core'
import { finishPlan } from './finish-plan.ts'

/**
 * The plan with no provider left to ask (seed: nixpacks RFC 508, "Nixpacks Freeze"): as the plan file of the same app it is planned into the
 * same bytes, whatever toolchains learn later. Freezing a frozen plan changes nothing.
 */
export function freezePlan(plan: BuildPlan): BuildPlan {
  return finishPlan({ ...plan, providers: [] })
}
