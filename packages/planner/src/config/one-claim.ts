/** Two configuration files of one layer must not say different things about one matter. */
import { hop3Error } from '@hop3/core'
import { isMarker } from '../plan/merge-plans.ts'
import { planValues, type PlanValue } from '../plan/plan-values.ts'
import type { ConfigLayer } from './config-layer.ts'
import { planLayersOf } from './layer-plans.ts'
import { optionKey } from './option-tables.ts'
import { webWorkersOf } from './web-workers.ts'

/**
 * Throws `config.conflict`, naming both lines, where the layers of two files say different things about one matter, or both extend one
 * list: nobody can tell which comes first. Throws `config.two-web-workers` where each has its own way to answer requests.
 */
export function checkOneClaim(one: readonly ConfigLayer[], other: readonly ConfigLayer[]): void {
  const [first, second] = [claimsOf(one), claimsOf(other)]
  for (const [key, claim] of first) {
    const against = second.get(key)
    if (against === undefined || (against.value === claim.value && !claim.isExtension)) continue
    throw conflict(key, claim, against)
  }
  checkOneWay(one, other)
}

interface Claim {
  /** As JSON. */
  readonly value: string
  readonly origin: string
  /** A list that the layers below are part of. */
  readonly isExtension: boolean
}

function claimsOf(layers: readonly ConfigLayer[]): ReadonlyMap<string, Claim> {
  return new Map(layers.flatMap((layer) => [...planClaims(layer), ...versionClaims(layer), ...tableClaims(layer)]))
}

function planClaims(layer: ConfigLayer): readonly (readonly [string, Claim])[] {
  return planLayersOf(layer).flatMap(({ plan, origins = {} }) =>
    [...planValues(plan)]
      .filter(([key]) => !key.startsWith('versions.'))
      .map(([key, value]) => [key, claimOf(value, origins[key] ?? layer.name)] as const),
  )
}

function claimOf(value: PlanValue, origin: string): Claim {
  return { value: JSON.stringify(value), origin, isExtension: Array.isArray(value) && value.some((element) => isMarker(String(element))) }
}

function versionClaims({ build, plans = [] }: ConfigLayer): readonly (readonly [string, Claim])[] {
  const versions = [...plans.flatMap(({ plan }) => Object.entries(plan.versions ?? {})), ...Object.entries(build?.versions ?? {})]
  return versions.map(([tool, { version, origin }]) => [`versions.${tool}`, claimOf(version, origin)] as const)
}

/** `[build.python]` of one and `[providers.python]` of the other. */
function tableClaims({ name, build, origins }: ConfigLayer): readonly (readonly [string, Claim])[] {
  return Object.entries(build?.options ?? {}).flatMap(([strategy, table]) =>
    Object.entries(typeof table === 'object' && table !== null ? table : {}).map(
      ([key, value]: [string, unknown]) =>
        [
          `build.${strategy}.${optionKey(key)}`,
          { value: JSON.stringify(value) ?? '', origin: origins[`build.${strategy}.${key}`] ?? name, isExtension: false },
        ] as const,
    ),
  )
}

function conflict(key: string, one: Claim, other: Claim): Error {
  const isList = one.isExtension && other.isExtension
  const said = isList ? `both extend ${key}` : `say different things about ${key}`
  return hop3Error('config.conflict', `${one.origin} and ${other.origin} ${said}.`, {
    hint: isList ? 'Put the whole list into one of the two files.' : 'Keep one of the two lines.',
    details: { key, origins: [one.origin, other.origin] },
  })
}

/** An app answers requests in one way. */
function checkOneWay(one: readonly ConfigLayer[], other: readonly ConfigLayer[]): void {
  const ways = (layers: readonly ConfigLayer[]) =>
    layers.flatMap(({ name, runtime, origins }) =>
      webWorkersOf(runtime?.workers ?? {}).map((worker) => ({ worker, origin: origins[`runtime.workers.${worker}`] ?? name })),
    )
  for (const first of ways(one)) {
    for (const second of ways(other)) {
      if (first.worker === second.worker) continue
      throw hop3Error(
        'config.two-web-workers',
        `${second.origin}: ${second.worker} answers at the app's address, and so does ${first.worker} (${first.origin}).`,
        { hint: 'Keep one of them.', details: { workers: [first.worker, second.worker] } },
      )
    }
  }
}
