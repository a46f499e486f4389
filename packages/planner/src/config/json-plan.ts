import type { ConfigLayer } from './config-layer.ts'
import { readJsonDocument } from './json-document.ts'
import { checkTable, planLayers } from './plan-layers.ts'
import type { JsonPlan } from './plan-overrides.ts'

/** `--json-plan`. Throws `config.syntax` and as `planLayers`, naming origin:line:column. */
export function jsonPlanLayers(name: string, { text, origin: path }: JsonPlan): readonly ConfigLayer[] {
  const document = readJsonDocument(path, text)
  checkTable(document)
  return planLayers(name, document, false)
}
