import type { BuildPlan } from '@hop3/core'
import { planValues, type PlanValue } from './plan-values.ts'

/** One value that two plans do not share. */
export interface PlanChange {
  /** `phases.build.cmds`. */
  readonly key: string
  /** Absent where the value is new. */
  readonly before?: PlanValue
  /** Absent where the value is gone. */
  readonly after?: PlanValue
}

/** What changed, in the order of the newer plan, what is gone last. Where a version was read is no change: `versions.*.origin` is left out. */
export function diffPlans(before: BuildPlan, after: BuildPlan): readonly PlanChange[] {
  const [old, now] = [planValues(before), planValues(after)]
  return [...new Set([...now.keys(), ...old.keys()])]
    .filter((key) => !/^versions\..*\.origin$/.test(key) && JSON.stringify(old.get(key)) !== JSON.stringify(now.get(key)))
    .map((key) => changeOf(key, old.get(key), now.get(key)))
}

function changeOf(key: string, before: PlanValue | undefined, after: PlanValue | undefined): PlanChange {
  return { key, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}
