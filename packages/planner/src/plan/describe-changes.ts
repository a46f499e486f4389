import type { BuildPlan, PlanLayer } from '@hop3/core'
import { diffPlans } from './diff-plans.ts'
import { explainPlan } from './explain-plan.ts'

const most = 3

/**
 * One phrase for the change from one plan to the next, each value with the place it was written: `versions.node.version is 22 instead of 20
 * (.nvmrc:1)`; undefined where nothing changed.
 */
export function describeChanges(before: BuildPlan, after: BuildPlan, layers: readonly PlanLayer[]): string | undefined {
  const changes = diffPlans(before, after)
  if (changes.length === 0) return undefined
  const explained = new Map(explainPlan(after, layers).map((entry) => [entry.key, entry]))
  const phrases = changes.slice(0, most).map(({ key, before: old, after: now }) => {
    const origin = explained.get(key)?.origin
    const place = origin === undefined || origin === 'default' ? '' : ` (${origin})`
    if (now === undefined) return `${key} is gone`
    if (typeof now === 'string' && typeof old === 'string') return `${key} is ${now} instead of ${old}${place}`
    return `${key} is ${old === undefined ? 'new' : 'different'}${place}`
  })
  const more = changes.length - phrases.length
  return `${phrases.join('; ')}${more > 0 ? `; and ${more} more (\`hop3 plan --diff\`)` : ''}`
}
