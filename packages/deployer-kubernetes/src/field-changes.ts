/** What two states of one object differ in, field by field. Pure. */
import type { FieldChange } from '@hop3/core'
import { isObject } from '@hop3/core/json'

/** In the order of `before`, and then what is new. */
export function fieldChanges(before: unknown, after: unknown, path = ''): readonly FieldChange[] {
  const [old, now] = [entriesOf(before), entriesOf(after)]
  if (old === undefined || now === undefined || old.isList !== now.isList) return isSame(before, after) ? [] : [{ path, before, after }]
  if (old.isList && isOtherOrder([...old.entries.keys()], [...now.entries.keys()])) return [{ path, before, after }]
  const keys = new Set([...old.entries.keys(), ...now.entries.keys()])
  return [...keys].flatMap((key) => {
    const within = `${path}${old.isList ? `[${key}]` : fieldOf(key, path)}`
    if (!now.entries.has(key)) return [{ path: within, before: old.entries.get(key) }]
    if (!old.entries.has(key)) return [{ path: within, after: now.entries.get(key) }]
    return fieldChanges(old.entries.get(key), now.entries.get(key), within)
  })
}

interface Entries {
  readonly isList: boolean
  readonly entries: ReadonlyMap<string, unknown>
}

/** Elements of a list that all have names go by them, as where they are merged: one more in front changes none of the others. */
function entriesOf(value: unknown): Entries | undefined {
  if (isObject(value)) return { isList: false, entries: new Map(Object.entries(value)) }
  if (!Array.isArray(value)) return undefined
  const names = value.map((one: unknown) => (isObject(one) && typeof one['name'] === 'string' ? one['name'] : ''))
  const areNamed = names.every((name) => name !== '') && new Set(names).size === names.length
  return { isList: true, entries: new Map(value.map((one: unknown, index) => [areNamed ? (names[index] ?? '') : String(index), one])) }
}

function fieldOf(key: string, path: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `[${JSON.stringify(key)}]`
  return path === '' ? key : `.${key}`
}

/** Containers start in the order they are named in, and variables may be made of those before them. */
function isOtherOrder(old: readonly string[], now: readonly string[]): boolean {
  const [kept, there] = [old.filter((key) => now.includes(key)), now.filter((key) => old.includes(key))]
  return kept.some((key, index) => key !== there[index])
}

const isSame = (before: unknown, after: unknown): boolean => JSON.stringify(before) === JSON.stringify(after)
