/** The whole file is about one question: what do two tables of the same strategy make? */
import { isObject } from '@hop3/core/json'

type Tables = Readonly<Record<string, unknown>>

/** Both, table by table and key by key; a key of `high` replaces one of `low` in any of its spellings. */
export function mergeOptions(low: Tables, high: Tables): Tables {
  const merged = Object.entries(high).map(([name, table]) => {
    const below = Object.hasOwn(low, name) ? low[name] : undefined
    return [name, isObject(below) && isObject(table) ? mergeTables(below, table) : table] as const
  })
  return { ...low, ...Object.fromEntries(merged) }
}

/** `packageManager` for `package-manager` and `package_manager`. */
export function optionKey(key: string): string {
  return key.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function mergeTables(low: Tables, high: Tables): Tables {
  const replaced = new Set(Object.keys(high).map(optionKey))
  return { ...Object.fromEntries(Object.entries(low).filter(([key]) => !replaced.has(optionKey(key)))), ...high }
}
