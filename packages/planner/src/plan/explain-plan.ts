/** Where every value of a plan comes from, and what it replaced. */
import type { BuildPlan, PlanLayer } from '@hop3/core'
import { isMarker } from './merge-plans.ts'
import { planValues, type PlanValue } from './plan-values.ts'

export interface PlanSource {
  /** `python toolchain`, `hop3.toml`, `environment`, `command line`; `default` for an edge that no layer wrote. */
  readonly layer: string
  /** `hop3.toml:12:1`, `--build-cmd`, `requirements.txt`; the layer's name where nothing is more precise. */
  readonly origin: string
  readonly value: PlanValue
}

export interface ExplainedValue {
  /** `phases.build.cmds`. */
  readonly key: string
  /** The value in force. */
  readonly value: PlanValue
  readonly layer: string
  readonly origin: string
  /** What lower layers said and no longer holds, the latest first. */
  readonly replaced: readonly PlanSource[]
  /** What lower layers said and the value still holds, because a marker (`"..."`) kept it, the latest first. */
  readonly extended: readonly PlanSource[]
}

/** One entry per value of `plan`, which is what `layers` (lowest first) merge into. A pure function of the two. */
export function explainPlan(plan: BuildPlan, layers: readonly PlanLayer[]): readonly ExplainedValue[] {
  const written = layers.map((layer) => ({ layer, values: planValues(layer.plan) }))
  return [...planValues(plan)].map(([key, value]) => {
    const sources = written.flatMap(({ layer, values }) => sourceOf(layer, key, values.get(key))).toReversed()
    const [first, ...below] = sources
    const kept = below.slice(0, keptCount(sources))
    return {
      key,
      value,
      layer: first?.layer ?? 'default',
      origin: first?.origin ?? 'default',
      replaced: below.slice(kept.length).filter((source) => !isSame(source.value, value)),
      extended: kept,
    }
  })
}

function sourceOf(layer: PlanLayer, key: string, value: PlanValue | undefined): readonly PlanSource[] {
  return value === undefined ? [] : [{ layer: layer.origin, origin: originOf(layer, key), value }]
}

/** The innermost place that is known: of the key, else of the table it stands in. */
function originOf({ origin, origins = {} }: PlanLayer, key: string): string {
  for (let path = key; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    if (Object.hasOwn(origins, path)) return origins[path] ?? origin
  }
  return origin
}

/** How many layers below the highest are still part of the value: one for every marker in an unbroken row from the top. */
function keptCount(sources: readonly PlanSource[]): number {
  const first = sources.findIndex(({ value }) => !Array.isArray(value) || !value.some((element) => isMarker(String(element))))
  return first === -1 ? sources.length : first
}

function isSame(one: PlanValue, other: PlanValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
