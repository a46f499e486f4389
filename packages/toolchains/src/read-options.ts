/** A toolchain's own table of the configuration, typed. An app without such a table never loads zod. */
import { hop3Error, visible } from '@hop3/core'
import type { OptionsOf, ToolchainContext } from '@hop3/core'
import type * as zod from 'zod'

/**
 * The options of `[build.<name>]`, none where there is no such table. Keys may be written `package-manager` or `package_manager`. Throws
 * `config.unknown-key` with the known keys, and `config.invalid` with the key and what is wrong with it.
 */
export async function readOptions<Schema extends zod.ZodObject>(
  { options }: Pick<ToolchainContext, 'options'>,
  name: string,
  schemaOf: OptionsOf<Schema>,
): Promise<Partial<zod.output<Schema>>> {
  return options === undefined ? {} : parse(name, schemaOf(await import('zod')), options)
}

function parse<Schema extends zod.ZodObject>(name: string, schema: Schema, table: unknown): zod.output<Schema> {
  const known = Object.keys(schema.shape).map(snakeCase)
  const given = typeof table === 'object' && table !== null && !Array.isArray(table) ? Object.entries(table) : undefined
  if (given === undefined) {
    throw hop3Error('config.invalid', `[build.${name}] must be a table; it is ${visible(JSON.stringify(table) ?? 'nothing')}.`, {
      hint: `Write [build.${name}] on a line of its own, and one of these keys below it: ${known.join(', ')}.`,
    })
  }
  for (const [key] of given) if (!known.includes(snakeCase(key.replaceAll('-', '_')))) throw unknownKey(name, key, known)
  const parsed = schema.safeParse(Object.fromEntries(given.map(([key, value]) => [camelCase(key), value])))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = snakeCase(issue?.path.map(String).join('.') ?? '')
  throw hop3Error('config.invalid', `[build.${name}] ${key}: ${issue?.message ?? 'is not valid'}.`, {
    hint: `Change ${key} under [build.${name}] in hop3.toml.`,
    details: { table: `build.${name}`, key },
  })
}

function unknownKey(name: string, key: string, known: readonly string[]): Error {
  const nearest = known.find((one) => isNear(one, key.replaceAll('-', '_')))
  return hop3Error('config.unknown-key', `[build.${name}] has the unknown key ${visible(key)}.`, {
    hint: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}Known keys: ${known.join(', ')}.`,
    details: { table: `build.${name}`, key: visible(key), known },
  })
}

/** One insertion, deletion, replacement or swap for every three letters. */
function isNear(one: string, other: string): boolean {
  return distance(one, other) <= Math.max(1, Math.floor(one.length / 3))
}

function distance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[other.length] ?? 0
}

function camelCase(key: string): string {
  return key.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
