/** `hop3 plan`: the plan as a person reads it, top to bottom in the order things happen. */
import { printable, type Phase, type PlanNote } from '@hop3/core'
import { orderPhases, type PlannedApp } from '@hop3/planner'
import { warningLines } from './warning-lines.ts'
import type { Paint } from './style.ts'
import { columns } from './table.ts'

export interface PlanSurroundings {
  /** What the app's builder says besides. */
  readonly note?: PlanNote | undefined
  /** The app is built by a file of its own, as the note says. */
  readonly isUnused?: boolean
}

export function planText(appName: string, planned: PlannedApp, paint: Paint, { note, isUnused = false }: PlanSurroundings = {}): string {
  const { plan, runtime, kind, decisions, warnings } = planned
  const sections = [
    [isUnused ? paint('bold', appName) : `${paint('bold', appName)}  ${whatItIs(planned)}`],
    ...(note === undefined ? [] : [section(printable(note.title), noteLines(note, paint), paint)]),
    ...(isUnused && kind !== '' ? [[paint('yellow', 'Its plan, by which `--builder local` would build it:')]] : []),
    section('Phases', phaseLines(planned, paint), paint),
    section(
      'Before each release',
      runtime.beforeRun.map((command) => printable(`$ ${command}`)),
      paint,
    ),
    section('Workers', columns(Object.entries(runtime.workers), paint), paint),
    section('Static files', columns(Object.entries(runtime.staticPaths), paint), paint),
    section(
      'Health',
      runtime.healthcheckPath ? [`GET ${printable(runtime.healthcheckPath)} within ${runtime.healthcheckTimeout} s`] : [],
      paint,
    ),
    section(
      'Versions',
      columns(
        Object.entries(plan.versions).map(([tool, { version, origin }]) => [tool, version, { style: 'dim', text: origin }]),
        paint,
      ),
      paint,
    ),
    section('Build variables', columns(Object.entries(plan.variables), paint), paint),
    section(
      'Decisions',
      columns(
        decisions.map(({ key, value, origin }) => [key, value, { style: 'dim', text: origin }]),
        paint,
      ),
      paint,
    ),
    warningLines(warnings, paint),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function whatItIs({ kind, toolchains }: PlannedApp): string {
  return `${printable(kind)}${toolchains.length > 0 && toolchains.join() !== kind ? ` (${printable(toolchains.join(', '))})` : ''}`
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : [paint('bold', title), ...lines.map((line) => `  ${line}`)]
}

function noteLines({ rows }: PlanNote, paint: Paint): readonly string[] {
  return columns(
    rows.map(([what, value, origin = '']) => [what, value, { style: 'dim', text: origin }]),
    paint,
  )
}

/** A rail with a stop for every phase; where one does not simply follow the one above, it says what it waits for. */
function phaseLines({ plan }: PlannedApp, paint: Paint): readonly string[] {
  const order = orderPhases(plan)
  return order.flatMap((name, index) => {
    const phase = plan.phases[name]
    if (phase === undefined) return []
    const above = order[index - 1]
    const simplyFollows = above === undefined ? phase.dependsOn.length === 0 : phase.dependsOn.join() === above
    const waits = phase.dependsOn.length === 0 ? 'at once' : printable(`after ${phase.dependsOn.join(', ')}`)
    const rail = index === order.length - 1 ? ' ' : '│'
    const head = `${paint('cyan', '●')} ${paint('bold', printable(name))}${simplyFollows ? '' : paint('dim', `  ${waits}`)}`
    return [head, ...phaseDetails(phase, paint).map((line) => `${paint('cyan', rail)}   ${line}`.trimEnd())]
  })
}

function phaseDetails(phase: Phase, paint: Paint): readonly string[] {
  const fact = (label: string, values: readonly string[] | undefined): readonly string[] =>
    values === undefined || values.length === 0 ? [] : [paint('dim', printable(`${label} ${values.join(' ')}`))]
  return [
    ...fact('packages', [...(phase.aptPkgs ?? []), ...(phase.nixPkgs ?? [])]),
    ...phase.cmds.map((command) => printable(`$ ${command}`)),
    ...fact('reads', phase.onlyIncludeFiles),
    ...fact('secrets', phase.secrets),
    ...fact('makes', phase.outputs),
  ]
}
