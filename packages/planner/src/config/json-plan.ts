import { jsonPositions } from '../source/json-positions.ts'
import { parseJson } from '../source/parse-json.ts'
import type { ConfigLayer } from './config-layer.ts'
import { locateJson } from './located-value.ts'
import { checkTable, planLayers } from './plan-layers.ts'
import type { JsonPlan } from './plan-overrides.ts'

/** `--json-plan`. Throws `config.syntax` and as `planLayers`, naming origin:line:column. */
export function jsonPlanLayers(name: string, { text, origin: path }: JsonPlan): readonly ConfigLayer[] {
  const document = locateJson(path, text, parseJson(text, path), jsonPositions(text).offsets)
  checkTable(document)
  return planLayers(name, document, false)
}
