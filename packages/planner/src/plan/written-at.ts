import type { PlanLayer } from '@hop3/core'

/**
 * Where the value at `keys` (`phases`, `build`, `dependsOn`) was written, `hop3.toml:3:1`: in the highest of `layers` (lowest first) that has
 * one of which `says` is true. Undefined where only a toolchain says it.
 */
export function writtenAt(
  layers: readonly PlanLayer[],
  keys: readonly string[],
  says: (value: unknown) => boolean = () => true,
): string | undefined {
  const layer = layers.findLast(({ plan }) => {
    const value = valueAt(plan, keys)
    return value !== undefined && value !== null && says(value)
  })
  const { origins = {} } = layer ?? {}
  // What stands at `phases` is the file a toolchain was found by.
  for (let length = keys.length; length > 0 && (length > 1 || length === keys.length); length--) {
    const path = keys.slice(0, length).join('.')
    if (Object.hasOwn(origins, path)) return origins[path]
  }
  return undefined
}

/** To begin a sentence with: `hop3.toml:3:1: `, or nothing. */
export function placed(origin: string | undefined): string {
  return origin === undefined ? '' : `${origin}: `
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inside, key) => {
    if (typeof inside !== 'object' || inside === null) return undefined
    return Object.getOwnPropertyDescriptor(inside, key)?.value
  }, value)
}
