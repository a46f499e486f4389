/** The whole file is about one question: which key of ours is the key somebody wrote? */
import { hop3Error } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import * as core from 'zod/v4/core'
import { pathKey } from '../source/json-positions.ts'
import { showKeys } from './key-path.ts'
import type { LocatedValue } from './located-value.ts'

/**
 * The same content with every key of `schema` as the schema spells it (`before_run` → `before-run`); names that are the author's own (of
 * workers, variables, phases) stay. Throws `config.duplicate-key` when both spellings are there.
 */
export function canonicalKeys(document: LocatedValue, schema: core.$ZodType): LocatedValue {
  return renameKeys(document, schema, knownName)
}

/** What `key` is called in a table with the `known` keys. Unknown keys stay as they are. */
export type NameKey = (key: string, known: readonly string[]) => string

export function renameKeys(document: LocatedValue, schema: core.$ZodType, nameKey: NameKey): LocatedValue {
  const written = new Map<string, string>()
  const rename = (value: unknown, one: core.$ZodType, path: readonly string[]): unknown => {
    const expected = unwrap(one, value)
    if (Array.isArray(value)) {
      const element = expected instanceof core.$ZodArray ? expected._zod.def.element : undefined
      return element instanceof core.$ZodType
        ? value.map((item: unknown, index) => rename(item, element, [...path, String(index)]))
        : withoutDates(value)
    }
    if (value instanceof Date) return expected instanceof core.$ZodUnknown ? value.toISOString() : refuseDate(document, path)
    if (!isTable(value) || expected instanceof core.$ZodUnknown) return withoutDates(value)
    const shape = expected instanceof core.$ZodObject ? expected._zod.def.shape : {}
    const rest = expected instanceof core.$ZodRecord ? expected._zod.def.valueType : undefined
    const entries = Object.entries(value).map(([key, below]) => {
      const name = expected instanceof core.$ZodObject ? nameKey(key, Object.keys(shape)) : key
      checkNew(written, document, [...path, name], key, value)
      const schemaBelow: unknown = Object.hasOwn(shape, name) ? shape[name] : rest
      return [name, schemaBelow instanceof core.$ZodType ? rename(below, schemaBelow, [...path, name]) : withoutDates(below)] as const
    })
    return Object.fromEntries(entries)
  }
  const value = rename(document.value, schema, [])
  const asWritten = (keys: readonly PropertyKey[]): readonly PropertyKey[] =>
    keys.map((key, index) => written.get(pathKey(keys.slice(0, index + 1))) ?? key)
  return { path: document.path, value, originOf: (keys) => document.originOf(asWritten(keys)) }
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !(value instanceof Date)
}

/** Plain JSON: what strategies get, and what travels in an artifact. */
function withoutDates(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(withoutDates)
  if (!isTable(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, withoutDates(below)]))
}

function refuseDate(document: LocatedValue, path: readonly string[]): never {
  const origin = document.originOf(path)
  throw hop3Error('config.invalid', `${origin}: ${showKeys(path)} is a date, and nothing here takes one.`, {
    hint: `Put it in quotes: ${path.at(-1) ?? ''} = "…"`,
    details: { origin, key: showKeys(path) },
  })
}

function knownName(key: string, known: readonly string[]): string {
  const hyphened = key.replaceAll('_', '-')
  return !known.includes(key) && known.includes(hyphened) ? hyphened : key
}

/** The schema that `value` is meant for: without optional and nullable, and of a union the one for tables. */
function unwrap(schema: core.$ZodType, value: unknown): core.$ZodType {
  if (schema instanceof core.$ZodOptional || schema instanceof core.$ZodNullable) return unwrap(schema._zod.def.innerType, value)
  if (!(schema instanceof core.$ZodUnion) || !isTable(value)) return schema
  return schema._zod.def.options.find((option) => option instanceof core.$ZodObject) ?? schema
}

function checkNew(written: Map<string, string>, document: LocatedValue, path: readonly string[], key: string, table: object): void {
  const name = pathKey(path)
  const before = written.get(name)
  written.set(name, key)
  const other = before ?? (path.at(-1) !== key && Object.hasOwn(table, path.at(-1) ?? '') ? path.at(-1) : undefined)
  if (other === undefined || other === key) return
  const [first, second] = [other, key].map((one) => document.originOf([...path.slice(0, -1), one]))
  throw hop3Error('config.duplicate-key', `${second}: ${showKeys(path)} is given twice, as ${other} (${first}) and as ${key}.`, {
    hint: `Remove one of the two lines.`,
    details: { origin: second, first },
  })
}
