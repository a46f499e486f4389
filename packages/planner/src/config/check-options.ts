/** The toolchains' own tables, and the variables that stand for their keys, against the toolchains' schemas. */
import { hop3Error, type AppConfig, type OptionVariable, type ToolchainFactory } from '@hop3/core'
import * as z from 'zod'
import * as core from 'zod/v4/core'
import { isTable, renameKeys } from './canonical-keys.ts'
import { validate } from './config-problem.ts'
import type { LocatedValue } from './located-value.ts'
import { optionKey } from './option-tables.ts'
import { claimVariables, type ClaimedVariable, type OptionsSchema } from './option-variables.ts'
import { isTrue } from './plan-variables.ts'
import { splitList } from './split-list.ts'
import type { ToolchainOptions } from './toolchain-options.ts'

/** See `toolchainOptions`. */
export function checkOptions(config: AppConfig, toolchains: readonly ToolchainFactory[]): ToolchainOptions {
  const { options, optionVariables = {} } = config.build
  // Making a schema takes longer than all the rest: a table needs its own, a variable may be meant for any.
  const isAsked = ({ name }: ToolchainFactory): boolean => Object.keys(optionVariables).length > 0 || Object.hasOwn(options, name)
  const schemas = new Map(toolchains.filter(isAsked).map((factory) => [factory.name, schemaOf(factory)]))
  const { claimed, warnings } = claimVariables(optionVariables, schemas)
  const checked = [...schemas].flatMap(([name, schema]) => {
    const own = claimed.filter(({ toolchain }) => toolchain === name)
    const table = Object.hasOwn(options, name) ? options[name] : undefined
    if (table === undefined && own.length === 0) return []
    if (schema === undefined) return [{ name, value: table, origins: [] }]
    return [{ name, ...checkTable({ name, schema, table: table ?? {}, own, config }) }]
  })
  return {
    tables: new Map(checked.map(({ name, value }) => [name, value])),
    origins: new Map(checked.flatMap(({ origins }) => origins)),
    warnings,
  }
}

/** Spelled as the toolchains' documentation spells keys, so that messages do. */
function schemaOf({ options }: ToolchainFactory): OptionsSchema | undefined {
  if (options === undefined) return undefined
  const shape: OptionsSchema['shape'] = options(z).shape
  return z.strictObject(Object.fromEntries(Object.entries(shape).map(([key, schema]) => [snakeCase(key), schema])))
}

interface TableRequest {
  readonly name: string
  readonly schema: OptionsSchema
  readonly table: unknown
  readonly own: readonly ClaimedVariable[]
  readonly config: AppConfig
}

interface CheckedTable {
  readonly value: unknown
  readonly origins: readonly (readonly [asToolchainsSay: string, origin: string])[]
}

function checkTable({ name, schema, table, own, config }: TableRequest): CheckedTable {
  const origins = originsOf(name, config)
  const document = renameKeys(documentOf(table, origins, `[build.${name}]`), schema, (key, known) => {
    const snake = snakeCase(key).replaceAll('-', '_')
    return known.includes(snake) ? snake : key
  })
  const written = isTable(document.value) ? document.value : {}
  for (const { key, variable } of own) checkAgreement(key, variable, written, schema, document)
  const values = own.map(({ key, variable }) => [key, convert(variable.value, schema.shape[key])] as const)
  const byVariable = new Map(own.map(({ key, variable }) => [key, variable.origin]))
  const whole: LocatedValue = {
    path: document.path,
    value: isTable(document.value) ? { ...written, ...Object.fromEntries(values) } : document.value,
    originOf: (keys) => byVariable.get(String(keys[0])) ?? document.originOf(keys),
  }
  const section = /(?<!hop3)\.(?:toml|json)$/.test(document.path) ? ['providers', name] : ['build', name]
  const options = Object.entries(validate(whole, schema, section))
  // The version asked for is the same one, whichever layer asks: toolchains read it from there.
  const isElsewhere = Object.hasOwn(config.build.versions, name)
  return {
    value: Object.fromEntries(options.flatMap(([key, value]) => (key === 'version' && isElsewhere ? [] : [[optionKey(key), value]]))),
    origins: [
      [`hop3.toml [build.${name}]`, whole.originOf([])] as const,
      ...options.map(([key]) => [`hop3.toml [build.${name}] ${key}`, whole.originOf([key])] as const),
    ],
  }
}

/** Where the table's keys stand, by key as written; `''` for the table. */
function originsOf(name: string, { origins }: AppConfig): ReadonlyMap<string, string> {
  const prefix = `build.${name}`
  return new Map(
    Object.entries(origins).flatMap(([key, origin]) =>
      key === prefix || key.startsWith(`${prefix}.`) ? [[key.slice(prefix.length + 1), origin] as const] : [],
    ),
  )
}

function documentOf(table: unknown, origins: ReadonlyMap<string, string>, fallback: string): LocatedValue {
  const whole = origins.get('') ?? [...origins.values()][0] ?? fallback
  return { path: whole.replace(/(?::\d+){1,2}$/, ''), value: table, originOf: (keys) => origins.get(String(keys[0] ?? '')) ?? whole }
}

/** A file's variable and the same file's table, or the other file's, are one layer. */
function checkAgreement(
  key: string,
  { value, origin, inFile }: OptionVariable,
  written: Readonly<Record<string, unknown>>,
  schema: OptionsSchema,
  document: LocatedValue,
): void {
  if (!inFile || !Object.hasOwn(written, key) || JSON.stringify(written[key]) === JSON.stringify(convert(value, schema.shape[key]))) return
  const other = document.originOf([key])
  throw hop3Error('config.conflict', `${origin} and ${other} say different things about ${key}.`, {
    hint: 'Keep one of the two lines.',
    details: { origins: [origin, other] },
  })
}

/** A variable's text as the kind of value the option takes. */
function convert(text: string, schema: core.$ZodType | undefined): unknown {
  if (schema instanceof core.$ZodOptional || schema instanceof core.$ZodNullable || schema instanceof core.$ZodDefault) {
    return convert(text, schema._zod.def.innerType)
  }
  if (schema instanceof core.$ZodArray) return splitList(text)
  if (schema instanceof core.$ZodNumber) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  if (!(schema instanceof core.$ZodBoolean)) return text
  if (isTrue(text)) return true
  return ['0', 'false', 'no', 'off', ''].includes(text.trim().toLowerCase()) ? false : text
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
