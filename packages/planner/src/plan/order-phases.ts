import { hop3Error, visible } from '@hop3/core'

interface Graph {
  readonly phases: Readonly<Record<string, { readonly dependsOn: readonly string[] }>>
}

/**
 * The phases in the order they run: level by level, every phase after all it depends on, alphabetically within a level. Throws
 * `config.plan.unknown-phase` for an edge to nowhere and `config.plan.cycle`, which prints the path.
 */
export function orderPhases(plan: Graph): readonly string[] {
  const edges = new Map(Object.entries(plan.phases).map(([name, phase]) => [name, new Set(phase.dependsOn)]))
  const names = [...edges.keys()].toSorted()
  for (const name of names) checkTargets(name, edges)

  const ordered: string[] = []
  const done = new Set<string>()
  while (done.size < names.length) {
    const level = names.filter((name) => !done.has(name) && [...edgesOf(name, edges)].every((target) => done.has(target)))
    if (level.length === 0)
      throw cycleError(
        names.filter((name) => !done.has(name)),
        edges,
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

function checkTargets(name: string, edges: Edges): void {
  for (const target of [...edgesOf(name, edges)].toSorted()) {
    if (edges.has(target)) continue
    throw hop3Error('config.plan.unknown-phase', `Phase ${visible(name)} depends on ${visible(target)}, and the plan has no such phase.`, {
      hint: `The plan's phases are ${[...edges.keys()].toSorted().join(', ')}. Correct dependsOn of phase ${visible(name)}.`,
      details: { phase: visible(name), target: visible(target) },
    })
  }
}

function cycleError(stuck: readonly string[], edges: Edges): Error {
  const path = findCycle(stuck, edges)
  return hop3Error(
    'config.plan.cycle',
    `The plan's phases wait for each other: ${path.map((name) => visible(name).slice(1, -1)).join(' → ')}.`,
    {
      hint: `Take one of these edges out of dependsOn, for example ${visible(path[1] ?? '')} out of phase ${visible(path[0] ?? '')}.`,
      details: { path },
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
