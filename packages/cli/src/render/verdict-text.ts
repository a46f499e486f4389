import { printable } from '@hop3/core'
import type { Paint } from './style.ts'
import { table, type Cell } from './table.ts'

export interface VerdictRow {
  readonly role: 'toolchain' | 'builder'
  readonly name: string
  readonly accepted: boolean
  readonly reason: string
  readonly evidence?: readonly string[]
}

export interface Verdicts {
  readonly appName: string
  readonly builder: string | null
  readonly toolchains: readonly string[]
  readonly considered: readonly VerdictRow[]
  /** Why no builder was chosen. */
  readonly problem: string | undefined
}

/** `hop3 detect`: everyone's answer, then what follows from them. */
export function verdictText({ appName, builder, toolchains, considered, problem }: Verdicts, paint: Paint): string {
  const rows = considered.map(({ role, name, accepted, reason, evidence = [] }): readonly Cell[] => [
    role,
    name,
    accepted ? { style: 'green', text: 'yes' } : { style: 'dim', text: 'no' },
    evidence.length > 0 ? [`${reason} `, { style: 'dim', text: `(${evidence.join(', ')})` }] : reason,
  ])
  const firstLine = printable(problem?.split('\n', 1)[0] ?? '')
  const outcome =
    builder === null
      ? `${paint('red', 'error:')} ${firstLine}`
      : `${paint('bold', appName)} would be built by ${paint('bold', printable(builder))}${toolchains.length > 0 ? ` with ${printable(toolchains.join(', '))}` : ''}.`
  return `${table(['ROLE', 'NAME', 'TAKES IT', 'WHY'], rows, paint)}\n\n${outcome}`
}
