import type { PlanInput } from '@hop3/core'
import { planInputSchema } from '@hop3/core/schemas'
import { isTable, renameKeys } from './canonical-keys.ts'
import { validate } from './config-problem.ts'
import { partOf, type LocatedValue } from './located-value.ts'
import { toolchainOfProvider } from './provider-names.ts'

/** nixpacks' second names. */
const aliases: Readonly<Record<string, string>> = {
  commands: 'cmds',
  nixPackages: 'nixPkgs',
  nixLibraries: 'nixLibs',
  aptPackages: 'aptPkgs',
  envPaths: 'paths',
}

export interface WrittenPlan {
  readonly plan: PlanInput
  /** Of a key path as the schema spells it. */
  readonly originOf: (keys: readonly PropertyKey[]) => string
}

/**
 * A plan layer as written: keys in camelCase, kebab-case or snake_case, nixpacks' aliases and names of providers, `versions.node = "22"` for
 * a version with its origin. Throws `config.unknown-key`, `config.invalid` and `config.duplicate-key`, naming file:line:column.
 */
export function parsePlanInput(document: LocatedValue, section: readonly string[] = []): PlanInput {
  return locatePlanInput(document, section).plan
}

/** The same, with where its values stand. */
export function locatePlanInput(document: LocatedValue, section: readonly string[] = []): WrittenPlan {
  const renamed = renameKeys(document, planInputSchema, planKey)
  const plan = validate(withVersionOrigins(withoutPhaseNames(renamed)), planInputSchema, section)
  const { providers } = plan
  return { plan: providers ? { ...plan, providers: providers.map(toolchainOfProvider) } : plan, originOf: renamed.originOf }
}

/** A key of a table with the `known` keys, spelled as there. */
export function planKey(key: string, known: readonly string[]): string {
  if (known.includes(key)) return key
  const camel = key.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const name = Object.hasOwn(aliases, camel) ? (aliases[camel] ?? camel) : camel
  return known.includes(name) ? name : key
}

/** nixpacks writes a phase's name into the phase as well, and reads it from the table's key alone. A phase that is null says nothing, as any null. */
function withoutPhaseNames(document: LocatedValue): LocatedValue {
  const { value } = document
  if (!isTable(value) || !isTable(value['phases'])) return document
  const phases = Object.entries(value['phases']).flatMap(([name, phase]): readonly (readonly [string, unknown])[] => {
    if (phase === null) return []
    if (!isTable(phase)) return [[name, phase]]
    const { name: _, ...rest } = phase
    return [[name, rest]]
  })
  return partOf(document, [], { ...value, phases: Object.fromEntries(phases) })
}

function withVersionOrigins(document: LocatedValue): LocatedValue {
  const { value } = document
  if (!isTable(value) || !isTable(value['versions'])) return document
  const versions = Object.entries(value['versions']).map(([tool, version]): [string, unknown] => [
    tool,
    typeof version === 'string' ? { version, origin: document.originOf(['versions', tool]) } : version,
  ])
  return partOf(document, [], { ...value, versions: Object.fromEntries(versions) })
}
