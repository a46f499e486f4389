import type { TomlNode } from '../source/toml-positions.ts'
import { pathKey } from '../source/json-positions.ts'
import { formatOrigin, positionAt } from '../source/text-position.ts'

/** A file's content together with where each part of it was written. */
export interface LocatedValue {
  readonly path: string
  readonly value: unknown
  /** `hop3.toml:3:1` of the innermost known part of a key path. */
  readonly originOf: (keys: readonly PropertyKey[]) => string
}

export function locateToml(path: string, text: string, value: unknown, root: TomlNode): LocatedValue {
  const originOf = (keys: readonly PropertyKey[]): string => {
    let node = root
    for (const key of keys) {
      const child = node.children.get(String(key))
      if (child === undefined) break
      node = child
    }
    return formatOrigin(path, positionAt(text, node.offset))
  }
  return { path, value, originOf }
}

export function locateJson(path: string, text: string, value: unknown, offsets: ReadonlyMap<string, number>): LocatedValue {
  const originOf = (keys: readonly PropertyKey[]): string => {
    const known = keys.map((_, index) => offsets.get(pathKey(keys.slice(0, keys.length - index)))).find((offset) => offset !== undefined)
    return formatOrigin(path, positionAt(text, known ?? 0))
  }
  return { path, value, originOf }
}

/** The part of `whole` at `keys`, whose own paths start there. */
export function partOf(whole: LocatedValue, keys: readonly PropertyKey[], value: unknown): LocatedValue {
  return { path: whole.path, value, originOf: (below) => whole.originOf([...keys, ...below]) }
}
