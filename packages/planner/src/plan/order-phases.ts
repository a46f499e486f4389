import { hop3Error, visible, type PlanLayer } from '@hop3/core'
import { placed, writtenAt } from './written-at.ts'

interface Graph {
  readonly phases: Readonly<Record<string, { readonly dependsOn: readonly string[] }>>
}

/**
 * The phases in the order they run: level by level, every phase after all it depends on, alphabetically within a level. Throws
 * `config.plan.unknown-phase` for an edge to nowhere and `config.plan.cycle`, which prints the path; both name where `layers`, which the plan
 * was merged from, say so.
 */
export function orderPhases(plan: Graph, layers: readonly PlanLayer[] = []): readonly string[] {
  const edges = new Map(Object.entries(plan.phases).map(([name, phase]) => [name, new Set(phase.dependsOn)]))
  const names = [...edges.keys()].toSorted()
  for (const name of names) checkTargets(name, edges, layers)

  const ordered: string[] = []
  const done = new Set<string>()
  while (done.size < names.length) {
    const level = names.filter((name) => !done.has(name) && [...edgesOf(name, edges)].every((target) => done.has(target)))
    if (level.length === 0)
      throw cycleError(
        names.filter((name) => !done.has(name)),
        edges,
        layers,
      )
    for (const name of level) done.add(name)
    ordered.push(...level)
  }
  return ordered
}

type Edges = ReadonlyMap<string, ReadonlySet<string>>

function edgesOf(name: string, edges: Edges): ReadonlySet<string> {
  return edges.get(name) ?? new Set()
}

function checkTargets(name: string, edges: Edges, layers: readonly PlanLayer[]): void {
  for (const target of [...edgesOf(name, edges)].toSorted()) {
    if (edges.has(target)) continue
    const origin = edgeAt(layers, name, target)
    throw hop3Error(
      'config.plan.unknown-phase',
      `${placed(origin)}Phase ${visible(name)} depends on ${visible(target)}, and the plan has no such phase.`,
      {
        hint: `The plan's phases are ${[...edges.keys()].toSorted().join(', ')}. Correct dependsOn of phase ${visible(name)}.`,
        details: { phase: visible(name), target: visible(target), ...(origin !== undefined && { origin }) },
      },
    )
  }
}

function edgeAt(layers: readonly PlanLayer[], name: string, target: string): string | undefined {
  return writtenAt(layers, ['phases', name, 'dependsOn'], (value) => Array.isArray(value) && value.includes(target))
}

function cycleError(stuck: readonly string[], edges: Edges, layers: readonly PlanLayer[]): Error {
  const path = findCycle(stuck, edges)
  const written = path.slice(1).flatMap((target, index) => {
    const origin = edgeAt(layers, path[index] ?? '', target)
    return origin === undefined ? [] : [{ origin, phase: path[index] ?? '', target }]
  })
  // An edge that somebody wrote is the one to take out: the others are what the phases' names mean.
  const { phase, target } = written[0] ?? { phase: path[0] ?? '', target: path[1] ?? '' }
  const origin = written[0]?.origin
  return hop3Error(
    'config.plan.cycle',
    `${placed(origin)}The plan's phases wait for each other: ${path.map((name) => visible(name).slice(1, -1)).join(' → ')}.`,
    {
      hint: `Take one of these edges out of dependsOn, for example ${visible(target)} out of phase ${visible(phase)}.`,
      details: { path, ...(origin !== undefined && { origin }) },
    },
  )
}

/** Every stuck phase waits for a stuck phase, so following the first such edge must come back to where it has been. */
function findCycle(stuck: readonly string[], edges: Edges): readonly string[] {
  const waiting = new Set(stuck)
  const path: string[] = []
  let name = stuck[0]
  while (name !== undefined && !path.includes(name)) {
    path.push(name)
    name = [...edgesOf(name, edges)].toSorted().find((target) => waiting.has(target))
  }
  return name === undefined ? path : [...path.slice(path.indexOf(name)), name]
}
