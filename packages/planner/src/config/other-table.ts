import { hop3Error, nearestName, type Hop3Error } from '@hop3/core'
import { isTable } from './canonical-keys.ts'

/** The error of a key that hop3.toml knows in another table: says which, where no key of the same table looks like it. Any other as it is. */
export async function inOtherTable(error: Hop3Error): Promise<Hop3Error> {
  const { key: path, known } = error.details
  if (error.code !== 'config.unknown-key' || typeof path !== 'string' || !Array.isArray(known)) return error
  const key = path.slice(path.lastIndexOf('.') + 1)
  if (nearestName(key, known.map(String)) !== undefined) return error
  // Only here: the whole schema costs more than most files.
  const { configSchema } = await import('./config-schema.ts')
  const tables = tablesWith(configSchema([]), key, [])
  // One that is in many, as `name`, says nothing.
  if (tables.length === 0 || tables.length > 2) return error
  const { code, message, details, hint } = error
  return hop3Error(code, message, { hint: `\`${key}\` is a key of ${tables.join(' and ')}. ${hint ?? ''}`.trimEnd(), details })
}

/** Below the top level, in tables whose names are not free. */
function tablesWith(schema: unknown, key: string, table: readonly string[]): readonly string[] {
  if (!isTable(schema)) return []
  const properties = isTable(schema['properties']) ? schema['properties'] : {}
  const here = table.length > 0 && Object.hasOwn(properties, key) ? [`[${table.join('.')}]`] : []
  return [...here, ...Object.entries(properties).flatMap(([name, below]) => tablesWith(below, key, [...table, name]))]
}
