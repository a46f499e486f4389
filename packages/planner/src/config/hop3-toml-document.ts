import { hop3Error } from '@hop3/core'
import type { PlanInput } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'
import type { Hop3Toml } from './hop3-toml-schema.ts'
import type { PlanSettings } from './plan-variables.ts'

export interface PlanDocument {
  readonly plan: PlanInput
  readonly settings: PlanSettings
  /** Of a key path within the plan, as the schema spells it. */
  readonly originOf: (keys: readonly PropertyKey[]) => string
}

/** A valid hop3.toml, and where its keys stand. Key paths are spelled as in the schema. */
export interface Hop3TomlDocument {
  readonly path: string
  readonly toml: Hop3Toml
  /** `[build.plan]`, validated; what its variables configure apart. */
  readonly plan: PlanDocument | undefined
  readonly originOf: (...keys: readonly PropertyKey[]) => string
}

/** A part of a layer; origins by the AppConfig's key paths. */
export type Section = Omit<ConfigLayer, 'name'>

/** One entry per key of `table`, at the same path. */
export function originsOf(
  { originOf }: Pick<Hop3TomlDocument, 'originOf'>,
  path: readonly string[],
  table: object,
): Record<string, string> {
  return Object.fromEntries(Object.keys(table).map((key) => [[...path, key].join('.'), originOf(...path, key)]))
}

/** Two keys that say the same thing must say the same. Throws `config.conflict`. Returns the first one given. */
export function agree<Value extends string | number>(
  { originOf }: Pick<Hop3TomlDocument, 'originOf'>,
  choices: readonly { readonly keys: readonly string[]; readonly value: Value | undefined }[],
): { readonly keys: readonly string[]; readonly value: Value } | undefined {
  const given = choices.flatMap(({ keys, value }) => (value === undefined ? [] : [{ keys, value }]))
  const [first] = given
  const other = given.find(({ value }) => value !== first?.value)
  if (first === undefined || other === undefined) return first
  const [one, two] = [first, other].map(({ keys, value }) => `${keys.join('.')} = ${JSON.stringify(value)} (${originOf(...keys)})`)
  throw hop3Error('config.conflict', `${originOf(...other.keys)}: ${two} contradicts ${one}.`, {
    hint: `They are two names for one thing: keep ${first.keys.join('.')}, remove the other.`,
    details: { origins: [originOf(...first.keys), originOf(...other.keys)] },
  })
}
