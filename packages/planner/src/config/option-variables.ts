/** The whole file is about one question: which toolchain's option does a variable such as HOP3_GO_BIN set? */
import { hop3Error, nearestName, visible, type OptionVariable } from '@hop3/core'
import type * as z from 'zod'
import { generalVariables, ignoredVariables, nixpacksOptions, variableAliases } from './variable-names.ts'

export type OptionsSchema = z.ZodObject<Readonly<Record<string, z.ZodType>>>

export interface ClaimedVariable {
  readonly toolchain: string
  /** As the schema spells it. */
  readonly key: string
  readonly variable: OptionVariable
}

/** By toolchain; undefined for one that declares no options. */
type Schemas = ReadonlyMap<string, OptionsSchema | undefined>

/** Throws `config.unknown-variable` for a name that is near a known one. */
export function claimVariables(
  variables: Readonly<Record<string, OptionVariable>>,
  schemas: Schemas,
): { readonly claimed: readonly ClaimedVariable[]; readonly warnings: readonly string[] } {
  const options = new Map([...schemas].flatMap(([toolchain, schema]) => optionsOf(toolchain, schema)))
  const claimed: ClaimedVariable[] = []
  const warnings: string[] = []
  for (const [name, variable] of Object.entries(variables)) {
    const option = options.get(name)
    if (option !== undefined) claimed.push({ ...option, variable })
    else warnings.push(...unclaimed(name, variable, options, schemas))
  }
  return { claimed, warnings }
}

function optionsOf(toolchain: string, schema: OptionsSchema | undefined) {
  return Object.keys(schema?.shape ?? {}).map((key) => [`${prefixOf(toolchain)}${key.toUpperCase()}`, { toolchain, key }] as const)
}

function prefixOf(toolchain: string): string {
  return `${toolchain.toUpperCase().replaceAll('-', '_')}_`
}

function unclaimed(name: string, { origin }: OptionVariable, options: ReadonlyMap<string, unknown>, schemas: Schemas): readonly string[] {
  if (nixpacksOptions.includes(name)) return [`${origin} is read by nothing known here.`]
  const known = [...new Set([...generalVariables, ...Object.keys(variableAliases), ...Object.keys(ignoredVariables), ...options.keys()])]
  const nearest = nearestName(name, known)
  const toolchain = [...schemas.keys()].find((one) => name.startsWith(prefixOf(one)))
  const own = toolchain === undefined ? [] : [...options.keys()].filter((option) => option.startsWith(prefixOf(toolchain)))
  if (nearest === undefined && own.length === 0) {
    // What an operator sets for the app may be the app's own.
    return origin.startsWith('app env ') ? [] : [`${origin} is read by nothing known here.`]
  }
  const list = (own.length > 0 ? own : generalVariables).map((option) => `HOP3_${option}`).join(', ')
  throw hop3Error('config.unknown-variable', `${origin}: there is no build variable ${visible(name)}.`, {
    hint: `${nearest === undefined ? '' : `Did you mean \`HOP3_${nearest}\`? `}Known: ${list}.`,
    details: { origin, name },
  })
}
