import type { PlanInput } from '@hop3/core'

export interface SplitPlan {
  readonly workers: Readonly<Record<string, string>>
  readonly plan: PlanInput
}

/** A plan layer's processes, `start.cmd` as `web`, and the layer without them: workers are merged as workers, in one place. */
export function workersOfPlan({ processes, start, ...rest }: PlanInput): SplitPlan {
  const web = start?.cmd
  const { cmd: _, ...other } = start ?? {}
  return {
    workers: { ...processes, ...(web === undefined || web === null ? {} : { web }) },
    plan: { ...rest, ...(Object.keys(other).length === 0 ? {} : { start: other }) },
  }
}
