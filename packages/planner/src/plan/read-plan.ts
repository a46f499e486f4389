import type { BuildPlan } from '@hop3/core'
import { finishPlan } from './finish-plan.ts'

/** A plan as `formatPlan` wrote it, for instance beside a release. Throws `config.syntax`, `config.unknown-key`, `config.invalid`, `config.plan.*`. */
export async function readPlan(text: string, path: string): Promise<BuildPlan> {
  const [{ parsePlanInput }, { locateJson }, { jsonPositions }, { parseJson }] = await Promise.all([
    import('../config/plan-input.ts'),
    import('../config/located-value.ts'),
    import('../source/json-positions.ts'),
    import('../source/parse-json.ts'),
  ])
  return finishPlan(parsePlanInput(locateJson(path, text, parseJson(text, path), jsonPositions(text).offsets)))
}
