import { createRequire } from 'node:module'

// zod is a dependency of packages, not of the root. Required, its functions work on schemas that were imported.
const { toJSONSchema } = createRequire(new URL('../../packages/core/package.json', import.meta.url))('zod')

/** Every key of a zod or a JSON schema as `{ path, type }`, tables below tables, in the schema's order. `<name>` stands for a name of the author's; `table` is where the schema's keys are written. */
export function schemaKeys(schema, table = []) {
  return keysBelow('_zod' in schema ? toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) : schema, table)
}

function keysBelow(schema, path) {
  const entries = Object.entries(schema.properties ?? {})
  return entries.flatMap(([key, value]) => keysOf(value, [...path, key]))
}

function keysOf(schema, path) {
  const shown = withoutNull(schema)
  if (shown.properties !== undefined) return keysBelow(shown, path)
  if (shown.type === 'array' && shown.items?.properties !== undefined)
    return keysBelow(shown.items, [...path.slice(0, -1), `${path.at(-1)}[]`])
  const value = shown.type === 'object' && isTable(shown.additionalProperties) ? shown.additionalProperties : undefined
  if (value === undefined) return [leaf(shown, path)]
  const named = [...path, '<name>']
  const tables = (value.anyOf ?? [value]).filter((one) => one.properties !== undefined)
  const isOnlyTables = tables.length === (value.anyOf ?? [value]).length
  return [...(isOnlyTables ? [] : [leaf(value, named)]), ...tables.flatMap((one) => keysBelow(one, named))]
}

function leaf(schema, path) {
  return { path: path.join('.'), type: typeName(schema), default: schema.default }
}

/** `null` inherits; the pages say so once. */
function withoutNull(schema) {
  const options = schema.anyOf?.filter((one) => one.type !== 'null')
  return options?.length === 1 ? options[0] : schema
}

function typeName(schema) {
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(' ')
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.filter((one) => one.type !== 'null').map(typeName))].join(' or ')
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type
  switch (type) {
    case 'string':
      return 'text'
    case 'integer':
      return `number ${schema.minimum ?? schema.exclusiveMinimum + 1}–${schema.maximum}`
    case 'number':
      return 'number'
    case 'boolean':
      return 'true or false'
    case 'array':
      return `list of ${typeName(schema.items ?? {})}${/(list|true)/.test(typeName(schema.items ?? {})) ? '' : 's'}`
    case 'object':
      return 'table'
    default:
      return 'anything'
  }
}

function isTable(value) {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}
