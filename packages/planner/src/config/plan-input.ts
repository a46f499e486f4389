import type { PlanInput } from '@hop3/core'
import { planInputSchema } from '@hop3/core/schemas'
import { isTable, renameKeys } from './canonical-keys.ts'
import { validate } from './config-problem.ts'
import { partOf, type LocatedValue } from './located-value.ts'

/** nixpacks' second names. */
const aliases: Readonly<Record<string, string>> = {
  commands: 'cmds',
  nixPackages: 'nixPkgs',
  nixLibraries: 'nixLibs',
  aptPackages: 'aptPkgs',
  envPaths: 'paths',
}

/**
 * A plan layer as written: keys in camelCase, kebab-case or snake_case, nixpacks' aliases, `versions.node = "22"` for a version with its
 * origin. Throws `config.unknown-key`, `config.invalid` and `config.duplicate-key`, naming file:line:column.
 */
export function parsePlanInput(document: LocatedValue, section: readonly string[] = []): PlanInput {
  const renamed = renameKeys(document, planInputSchema, planKey)
  return validate(withVersionOrigins(renamed), planInputSchema, section)
}

function planKey(key: string, known: readonly string[]): string {
  if (known.includes(key)) return key
  const camel = key.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const name = Object.hasOwn(aliases, camel) ? (aliases[camel] ?? camel) : camel
  return known.includes(name) ? name : key
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
