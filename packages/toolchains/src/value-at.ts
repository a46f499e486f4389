/**
 * Reading parsed JSON and TOML of an app without trusting its shape. zod would do the same for ten times the cost of a whole plan, and a
 * manifest has hundreds of keys we do not care about: what is absent or of another type is simply not there.
 */
import { isObject } from '@hop3/core/json'

/** What lies under `path`, or undefined. Only own keys count: a manifest must not reach `__proto__`. */
export function valueAt(data: unknown, ...path: readonly string[]): unknown {
  let value = data
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

export function textAt(data: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(data, ...path)
  return typeof value === 'string' ? value : undefined
}

export function tableAt(data: unknown, ...path: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  const value = valueAt(data, ...path)
  return isObject(value) ? value : undefined
}

/** The texts of a list; other elements are left out. */
export function textsAt(data: unknown, ...path: readonly string[]): readonly string[] {
  const value = valueAt(data, ...path)
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
