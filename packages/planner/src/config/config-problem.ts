/** From what zod found wrong to one error the author can act on. */
import { hop3Error, nearestName, visible } from '@hop3/core'
import * as core from 'zod/v4/core'
import { isTable } from './canonical-keys.ts'
import { showKeys } from './key-path.ts'
import type { LocatedValue } from './located-value.ts'

/** The content as the schema types it. Throws `config.unknown-key` or `config.invalid` for the first fault, naming file:line:column. */
export function validate<Schema extends core.$ZodType>(
  document: LocatedValue,
  schema: Schema,
  section: readonly string[] = [],
): core.output<Schema> {
  checkNames(document, document.value, [])
  // Compiled validators pay from some hundreds of values on; a configuration is one.
  const read = core.safeParse(schema, document.value, { jitless: true })
  if (read.success) return read.data
  const issues = read.error.issues.map((issue) => deepest(issue))
  const first = issues.find(isUnknownKey) ?? issues[0]
  throw first === undefined
    ? hop3Error('config.invalid', `${document.path} is not valid.`)
    : problemError(first, issues.length, document, schema, section)
}

/** A table cannot hold it: what is written there would be gone without a word. */
function checkNames(document: LocatedValue, value: unknown, keys: readonly string[]): void {
  if (Array.isArray(value)) for (const [index, element] of value.entries()) checkNames(document, element, [...keys, String(index)])
  if (!isTable(value)) return
  for (const [key, below] of Object.entries(value)) {
    const path = [...keys, key]
    if (key !== '__proto__') checkNames(document, below, path)
    else
      throw hop3Error('config.invalid', `${document.originOf(path)}: ${showKeys(path)} cannot be the name of anything.`, {
        hint: 'Give it another name.',
        details: { origin: document.originOf(path), key: showKeys(path) },
      })
  }
}

type Issue = core.$ZodIssue

function problemError(issue: Issue, count: number, document: LocatedValue, schema: core.$ZodType, section: readonly string[]): Error {
  const unknown = unknownKey(issue, schema)
  const keys = unknown === undefined ? issue.path : [...unknown.table, unknown.key]
  const origin = document.originOf(keys)
  const key = showKeys([...section, ...keys])
  const more = count > 1 ? ` (${count - 1} more ${count === 2 ? 'problem' : 'problems'} in this file.)` : ''
  const details = { origin, key }
  if (unknown !== undefined) {
    const table = showKeys([...section, ...unknown.table])
    const where = table === '' ? 'at the top level' : `in [${table}]`
    return hop3Error('config.unknown-key', `${origin}: unknown key ${visible(unknown.key)} ${where}.${more}`, {
      hint: unknownHint(unknown.key, unknown.known),
      details: { ...details, known: unknown.known },
    })
  }
  const value = valueAt(document.value, issue.path)
  const saw = value === undefined ? 'is missing and' : ''
  const be = `${key === '' ? document.path : key} ${saw} ${messageOf(issue)}`.replace(/ +/g, ' ')
  return hop3Error('config.invalid', `${origin}: ${be}${value === undefined ? '' : `; it is ${describe(value)}`}.${more}`, {
    hint: hintFor({ keys, message: messageOf(issue), value, path: document.path, known: knownKeys(schema, keys) }),
    details,
  })
}

/** A misspelled key is also a missing one, and says more as itself. */
function isUnknownKey(issue: Issue): boolean {
  return issue.code === 'unrecognized_keys'
}

interface UnknownKey {
  readonly table: readonly PropertyKey[]
  readonly key: string
  readonly known: readonly string[]
}

/** Also where the table takes strategies' tables of any name, and this is none. */
function unknownKey(issue: Issue, schema: core.$ZodType): UnknownKey | undefined {
  if (issue.code === 'unrecognized_keys') return { table: issue.path, key: issue.keys[0] ?? '', known: knownKeys(schema, issue.path) }
  const table = issue.path.slice(0, -1)
  const key = String(issue.path.at(-1) ?? '')
  const known = issue.path.length === 0 ? [] : knownKeys(schema, table)
  return known.length === 0 || known.includes(key) ? undefined : { table, key, known }
}

/** A union says only that none of its kinds fits; where a table was written, what is wrong inside it says more. */
function deepest(issue: Issue, path: readonly PropertyKey[] = issue.path): Issue {
  const found = { ...issue, path: [...path] }
  if (found.code !== 'invalid_union') return found
  const inner = found.errors
    .map((branch) => branch.find(isUnknownKey) ?? branch[0])
    .find((one) => one !== undefined && (one.path.length > 0 || one.code !== 'invalid_type'))
  if (inner === undefined || (inner.path.length === 0 && inner.code !== 'unrecognized_keys' && inner.code !== 'custom')) return found
  return deepest(inner, [...path, ...inner.path])
}

function messageOf(issue: Issue): string {
  // What a schema says in its own words completes the sentence; zod's words do not.
  if (issue.code === 'invalid_value' && /^Invalid (?:input|option)/.test(issue.message)) {
    return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
  }
  if (issue.code === 'too_small' && issue.message.startsWith('Too small')) {
    return issue.origin === 'string' ? 'must not be empty' : `must be ${issue.minimum} or more`
  }
  if (issue.code === 'too_big' && issue.message.startsWith('Too big')) return `must be ${issue.maximum} or less`
  if (!issue.message.startsWith('Invalid input') || issue.code !== 'invalid_type') return issue.message
  const kinds: Readonly<Record<string, string>> = {
    array: 'a list',
    object: 'a table',
    record: 'a table',
    string: 'a string',
    boolean: 'true or false',
    number: 'a number',
    int: 'a whole number',
  }
  return `must be ${kinds[issue.expected] ?? `of the kind ${issue.expected}`}`
}

function unknownHint(written: string, known: readonly string[]): string {
  if (known.length === 0) return `Nothing can be written here: remove ${visible(written)}.`
  const nearest = nearestName(written, known)
  return nearest === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean \`${nearest}\`? Known keys: ${known.join(', ')}.`
}

function knownKeys(schema: core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  if (schema instanceof core.$ZodOptional || schema instanceof core.$ZodNullable) return knownKeys(schema._zod.def.innerType, path)
  if (schema instanceof core.$ZodUnion) return schema._zod.def.options.flatMap((option) => knownKeys(option, path))
  const [key, ...rest] = path
  if (key === undefined) return schema instanceof core.$ZodObject ? Object.keys(schema._zod.def.shape) : []
  const next = schemaBelow(schema, String(key))
  return next === undefined ? [] : knownKeys(next, rest)
}

function schemaBelow(schema: core.$ZodType, key: string): core.$ZodType | undefined {
  if (schema instanceof core.$ZodObject) return schema._zod.def.shape[key]
  if (schema instanceof core.$ZodRecord) return schema._zod.def.valueType
  return schema instanceof core.$ZodArray ? schema._zod.def.element : undefined
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inside, key) => {
    if (Array.isArray(inside)) return inside[Number(key)]
    return isTable(inside) && Object.hasOwn(inside, String(key)) ? inside[String(key)] : undefined
  }, value)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return visible(value)
  if (typeof value === 'number') return `the number ${value}`
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return 'a list'
  return value === null ? 'null' : 'a table'
}

interface Misfit {
  readonly keys: readonly PropertyKey[]
  readonly message: string
  readonly value: unknown
  /** Of the file. */
  readonly path: string
  /** Keys a table at this place may have. */
  readonly known: readonly string[]
}

function hintFor({ keys, message, value, path, known }: Misfit): string {
  const last = String(keys.at(-1) ?? '')
  // An element of a list has no key to write in front of it.
  const isElement = keys.length > 1 && /^\d+$/.test(last)
  const [toml, json] = isElement ? ['', ''] : [`${last} = `, `"${last}": `]
  const isUnquoted = /^must be (a string|a command)/.test(message) && (typeof value === 'number' || typeof value === 'boolean')
  if (isUnquoted) return `Put it in quotes: ${path.endsWith('.json') ? json : toml}"${String(value)}"`
  if (message.startsWith('must be a list') && typeof value === 'string')
    return `Put it in brackets: ${path.endsWith('.json') ? json : toml}[${JSON.stringify(value)}]`
  const what = showKeys(keys) || 'it'
  return known.length === 0 ? `Correct ${what} in ${path}.` : `Correct ${what} in ${path}: its keys are ${known.join(', ')}.`
}
