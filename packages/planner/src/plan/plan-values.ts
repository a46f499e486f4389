import type { ReadablePlan } from './readable-plan.ts'

export type PlanValue = string | readonly string[] | boolean | number

/**
 * Every value of a plan by its key path (`phases.build.cmds`, `variables.NODE_ENV`), in the plan's own order. A list is one value; what is
 * null or absent has none.
 */
export function planValues(plan: ReadablePlan): ReadonlyMap<string, PlanValue> {
  return new Map(valuesBelow([], plan))
}

function valuesBelow(path: readonly string[], value: unknown): readonly (readonly [string, PlanValue])[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return [[path.join('.'), value.map(String)]]
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, below]) => valuesBelow([...path, key], below))
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? [[path.join('.'), value]] : []
}
