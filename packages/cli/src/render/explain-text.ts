/** `hop3 plan --explain`: every value with the layer and the place it comes from, and what it replaced. */
import type { Decision } from '@hop3/core'
import type { ConsideredToolchain, ExplainedValue, PlanSource, PlanValue } from '@hop3/planner'
import { warningLines } from './warning-lines.ts'
import type { Paint } from './style.ts'
import { columns, type Cell } from './table.ts'

export interface Explanation {
  readonly appName: string
  readonly considered: readonly ConsideredToolchain[]
  readonly explained: readonly ExplainedValue[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

export function explainText({ appName, considered, explained, decisions, warnings }: Explanation, paint: Paint): string {
  const sections = [
    [paint('bold', appName)],
    section('Who was asked', considered.map(verdictRow), paint),
    section('Values', explained.flatMap(valueRows), paint),
    section(
      'Decisions',
      decisions.map(({ key, value, origin }): readonly Cell[] => [key, value, { style: 'dim', text: origin }]),
      paint,
    ),
    warningLines(warnings, paint),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

/** The values alone. */
export function valuesText(explained: readonly ExplainedValue[], paint: Paint): string {
  return section('Values', explained.flatMap(valueRows), paint).join('\n')
}

function section(title: string, rows: readonly (readonly Cell[])[], paint: Paint): readonly string[] {
  return rows.length === 0 ? [] : [paint('bold', title), ...columns(rows, paint).map((line) => `  ${line}`)]
}

function verdictRow({ name, verdict }: ConsideredToolchain): readonly Cell[] {
  const evidence = verdict.evidence ?? []
  const answer: Cell = verdict.accepted ? { style: 'green', text: 'yes' } : { style: 'dim', text: 'no' }
  return [name, answer, evidence.length === 0 ? verdict.reason : `${verdict.reason} (${evidence.join(', ')})`]
}

function valueRows({ key, value, layer, origin, replaced, extended }: ExplainedValue): readonly (readonly Cell[])[] {
  const from = layer === origin ? layer : `${layer}, ${origin}`
  return [
    [key, shown(value), { style: 'dim', text: from }],
    ...extended.map((source) => belowRow('  extends', source)),
    ...replaced.map((source) => belowRow('  replaces', source)),
  ]
}

function belowRow(word: string, { value, layer, origin }: PlanSource): readonly Cell[] {
  return [
    { style: 'dim', text: word },
    { style: 'dim', text: shown(value) },
    { style: 'dim', text: `${layer}, ${origin}` },
  ]
}

export function shown(value: PlanValue): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value)
}
