import type { BuildPlan } from '@hop3/core'
import { finishPlan } from './finish-plan.ts'

/** A plan as `formatPlan` wrote it, for instance beside a release. Throws `config.syntax`, `config.unknown-key`, `config.invalid`, `config.plan.*`. */
export async function readPlan(text: string, path: string): Promise<BuildPlan> {
  const [{ parsePlanInput }, { readJsonDocument }] = await Promise.all([
    import('../config/plan-input.ts'),
    import('../config/json-document.ts'),
  ])
  return finishPlan(parsePlanInput(readJsonDocument(path, text)))
}
