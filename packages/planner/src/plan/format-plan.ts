import type { BuildPlan } from '@hop3/core'
import { canonicalPlan } from './canonical-plan.ts'

/** The plan as JSON, two spaces, keys in fixed order, with a final newline: equal plans are equal bytes. */
export function formatPlan(plan: BuildPlan): string {
  return `${JSON.stringify(canonicalPlan(plan), null, 2)}\n`
}

/** `sha256:` and the hex digest of `formatPlan(plan)`. */
export function planDigest(plan: BuildPlan): string {
  // Loaded here: printing a plan needs no digest, and node:crypto costs a start 3 ms.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return `sha256:${createHash('sha256').update(formatPlan(plan)).digest('hex')}`
}
