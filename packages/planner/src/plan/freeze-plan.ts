import type { BuildPlan, ToolVersion } from '@hop3/core'
import { finishPlan } from './finish-plan.ts'

/**
 * The plan with no provider left to ask (seed: nixpacks RFC 508, "Nixpacks Freeze"): as the plan file of the same app it is planned into the
 * same bytes, whatever toolchains learn later. Freezing a frozen plan changes nothing. `versions` are the exact ones a builder has found
 * (`Builder.versions`); without them the plan's stay as they are written.
 */
export function freezePlan(plan: BuildPlan, versions: Readonly<Record<string, ToolVersion>> = plan.versions): BuildPlan {
  return finishPlan({ ...plan, providers: [], versions })
}
