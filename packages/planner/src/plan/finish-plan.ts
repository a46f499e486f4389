import { freeze, hop3Error, visible } from '@hop3/core'
import type { BuildPlan, PhaseInput, PlanLayer } from '@hop3/core'
import { canonicalPlan } from './canonical-plan.ts'
import { isMarker, mergePlans } from './merge-plans.ts'
import { orderPhases } from './order-phases.ts'
import type { ReadablePlan } from './readable-plan.ts'
import { placed, writtenAt } from './written-at.ts'

const phaseName = /^[A-Za-z0-9][A-Za-z0-9._-]*(:[A-Za-z0-9][A-Za-z0-9._-]*)*$/

/**
 * Turns a merged plan into the plan builders get: default edges, no marker, no `null`, fixed order of keys, frozen. Finishing a finished
 * plan changes nothing.
 *
 * Edges of a phase that does not say `dependsOn` (or says `"..."` there): `install` waits for `setup`, `build` for `install` (else
 * `setup`), each within its toolchain's prefix and where there is such a phase; `postbuild` waits for all but `test`, `test` for all; and
 * whatever waits for nothing waits for `prebuild`. Throws `config.plan.phase-name`, `config.plan.unknown-phase`, `config.plan.cycle`,
 * each naming where `layers`, which it was merged from, say so.
 */
export function finishPlan(merged: ReadablePlan, layers: readonly PlanLayer[] = []): BuildPlan {
  // Merging a single layer resolves the markers of a plan that was never merged.
  const plan = mergePlans([merged])
  const phases = new Map(Object.entries(plan.phases ?? {}))
  for (const name of phases.keys()) checkPhaseName(name, layers)
  const decided = startAfterPrebuild(finishLast(withConventionalEdges(phases)))
  const finished = canonicalPlan({ ...plan, phases: Object.fromEntries(decided) })
  orderPhases(finished, layers)
  return freeze(finished)
}

function checkPhaseName(name: string, layers: readonly PlanLayer[]): void {
  if (phaseName.test(name)) return
  const origin = writtenAt(layers, ['phases', name])
  throw hop3Error('config.plan.phase-name', `${placed(origin)}${visible(name)} is not the name of a phase.`, {
    hint: 'Use letters, digits, dots, underscores and hyphens; a colon follows the toolchain in "python:install".',
    details: { name: visible(name), ...(origin !== undefined && { origin }) },
  })
}

type Phases = ReadonlyMap<string, PhaseInput>
type Decided = ReadonlyMap<string, PhaseInput & { readonly dependsOn: string[] }>

/** Phases that run after the others. `undefined` edges mean: decided by `finishLast`. */
const last: readonly string[] = ['postbuild', 'test']

function withConventionalEdges(phases: Phases): ReadonlyMap<string, PhaseInput> {
  return new Map(
    [...phases].map(([name, phase]) => {
      if (last.includes(name)) return [name, phase]
      return [name, { ...phase, dependsOn: fillMarker(phase.dependsOn, conventionalEdges(name, phases)) }]
    }),
  )
}

function conventionalEdges(name: string, phases: Phases): readonly string[] {
  const prefix = name.slice(0, name.lastIndexOf(':') + 1)
  const before = { install: ['setup'], build: ['install', 'setup'] }
  const plain = name.slice(prefix.length)
  const candidates = plain === 'install' || plain === 'build' ? before[plain] : []
  return candidates
    .map((target) => prefix + target)
    .filter((target) => phases.has(target))
    .slice(0, 1)
}

function fillMarker(edges: readonly string[] | null | undefined, standard: readonly string[]): string[] {
  return (edges ?? ['...']).flatMap((edge) => (isMarker(edge) ? standard : [edge]))
}

function finishLast(phases: Phases): Decided {
  const edges = new Map([...phases].map(([name, phase]) => [name, [...(phase.dependsOn ?? [])]]))
  for (const [index, name] of last.entries()) {
    const phase = phases.get(name)
    if (phase === undefined) continue
    const later = last.slice(index)
    const others = [...phases.keys()].filter((other) => !later.includes(other) && !leadsTo(other, name, edges))
    edges.set(name, fillMarker(phase.dependsOn, others))
  }
  return new Map([...phases].map(([name, phase]) => [name, { ...phase, dependsOn: edges.get(name) ?? [] }]))
}

function leadsTo(from: string, target: string, edges: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>()
  const open = [from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === target) return true
    if (seen.has(name)) continue
    seen.add(name)
    open.push(...(edges.get(name) ?? []))
  }
  return false
}

function startAfterPrebuild(phases: Decided): Decided {
  if (!phases.has('prebuild')) return phases
  const needed = new Map([...phases].map(([name, phase]) => [name, phase.dependsOn]))
  return new Map(
    [...phases].map(([name, phase]) => {
      const isRoot = phase.dependsOn.length === 0 && !leadsTo('prebuild', name, needed)
      return [name, isRoot ? { ...phase, dependsOn: ['prebuild'] } : phase]
    }),
  )
}
