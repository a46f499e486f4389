import type { BuildPlan, Phase } from '@hop3/core'
import { canonicalPlan } from './canonical-plan.ts'

/** The plan as a Graphviz digraph: a box for every phase with its commands, an edge from what is waited for, and the processes at the end. */
export function planToDot(plan: BuildPlan): string {
  const { phases, processes } = canonicalPlan(plan)
  const names = Object.keys(phases)
  const waitedFor = new Set(Object.values(phases).flatMap((phase) => phase.dependsOn))
  const ends = names.filter((name) => !waitedFor.has(name))
  return [
    'digraph plan {',
    '  rankdir=LR',
    '  node [shape=box, fontname="sans-serif", style=rounded]',
    ...Object.entries(phases).map(([name, phase]) => `  ${quote(name)} [label=${quote(phaseLabel(name, phase))}]`),
    ...Object.entries(phases).flatMap(([name, phase]) => phase.dependsOn.map((target) => `  ${quote(target)} -> ${quote(name)}`)),
    ...Object.entries(processes).flatMap(([name, command]) => [
      `  ${quote(`process ${name}`)} [shape=ellipse, label=${quote(`${name}\n${command}`)}]`,
      ...ends.map((end) => `  ${quote(end)} -> ${quote(`process ${name}`)} [style=dashed]`),
    ]),
    '}',
    '',
  ].join('\n')
}

export function phaseLabel(name: string, phase: Phase): string {
  return [name, ...(phase.cmds.length === 0 ? ['(nothing to run)'] : phase.cmds)].join('\n')
}

/** Left-justified lines; a backslash and a quote are data. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\r', '').replaceAll('\n', '\\l')}"`
}
