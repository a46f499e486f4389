/** `hop3 plan`: the plan as a person reads it, top to bottom in the order things happen. */
import type { Phase } from '@hop3/core'
import { orderPhases, type PlannedApp } from '@hop3/planner'
import type { Paint } from './style.ts'
import { textWidth } from './text-width.ts'

export function planText(appName: string, planned: PlannedApp, paint: Paint): string {
  const { plan, runtime, kind, toolchains, decisions, warnings } = planned
  const sections = [
    [`${paint('bold', appName)}  ${kind}${toolchains.length > 0 && toolchains.join() !== kind ? ` (${toolchains.join(', ')})` : ''}`],
    section('Phases', phaseLines(planned, paint), paint),
    section(
      'Before each release',
      runtime.beforeRun.map((command) => `$ ${command}`),
      paint,
    ),
    section('Workers', columns(Object.entries(runtime.workers)), paint),
    section('Static files', columns(Object.entries(runtime.staticPaths)), paint),
    section('Health', runtime.healthcheckPath ? [`GET ${runtime.healthcheckPath} within ${runtime.healthcheckTimeout} s`] : [], paint),
    section(
      'Versions',
      columns(Object.entries(plan.versions).map(([tool, { version, origin }]) => [tool, version, paint('dim', origin)])),
      paint,
    ),
    section('Build variables', columns(Object.entries(plan.variables)), paint),
    section('Decisions', columns(decisions.map(({ key, value, origin }) => [key, value, paint('dim', origin)])), paint),
    section(
      'Warnings',
      warnings.map((warning) => `${paint('yellow', '!')} ${warning}`),
      paint,
    ),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : [paint('bold', title), ...lines.map((line) => `  ${line}`)]
}

/** A rail with a stop for every phase; where one does not simply follow the one above, it says what it waits for. */
function phaseLines({ plan }: PlannedApp, paint: Paint): readonly string[] {
  const order = orderPhases(plan)
  return order.flatMap((name, index) => {
    const phase = plan.phases[name]
    if (phase === undefined) return []
    const above = order[index - 1]
    const simplyFollows = above === undefined ? phase.dependsOn.length === 0 : phase.dependsOn.join() === above
    const waits = phase.dependsOn.length === 0 ? 'at once' : `after ${phase.dependsOn.join(', ')}`
    const rail = index === order.length - 1 ? ' ' : '│'
    const head = `${paint('cyan', '●')} ${paint('bold', name)}${simplyFollows ? '' : paint('dim', `  ${waits}`)}`
    return [head, ...phaseDetails(phase, paint).map((line) => `${paint('cyan', rail)}   ${line}`.trimEnd())]
  })
}

function phaseDetails(phase: Phase, paint: Paint): readonly string[] {
  const fact = (label: string, values: readonly string[] | undefined): readonly string[] =>
    values === undefined || values.length === 0 ? [] : [paint('dim', `${label} ${values.join(' ')}`)]
  return [
    ...fact('packages', [...(phase.aptPkgs ?? []), ...(phase.nixPkgs ?? [])]),
    ...phase.cmds.map((command) => `$ ${command}`),
    ...fact('reads', phase.onlyIncludeFiles),
    ...fact('secrets', phase.secrets),
    ...fact('makes', phase.outputs),
  ]
}

/** Rows with aligned columns; nothing is cut. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, textWidth(cell))
  return rows.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - textWidth(cell)))
      .join('  ')
      .trimEnd(),
  )
}
