import type { Paint } from './style.ts'
import { table } from './table.ts'

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
  const rows = considered.map(({ role, name, accepted, reason, evidence = [] }) => [
    role,
    name,
    accepted ? paint('green', 'yes') : paint('dim', 'no'),
    evidence.length > 0 ? `${reason} ${paint('dim', `(${evidence.join(', ')})`)}` : reason,
  ])
  const firstLine = problem?.split('\n', 1)[0] ?? ''
  const outcome =
    builder === null
      ? `${paint('red', 'error:')} ${firstLine}`
      : `${paint('bold', appName)} would be built by ${paint('bold', builder)}${toolchains.length > 0 ? ` with ${toolchains.join(', ')}` : ''}.`
  return `${table(['ROLE', 'NAME', 'TAKES IT', 'WHY'], rows, paint)}\n\n${outcome}`
}
