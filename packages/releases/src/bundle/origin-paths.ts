/** The paths of a home that files of a release may hold, and what they are in another home. */
import { realpath } from 'node:fs/promises'

/** As it is, its real path, and both as in a URL. */
export type PathForms = [string, string, string, string]

/** From → to. */
export type PathTable = ReadonlyMap<string, string>

/** Of a directory that need not be there. */
export async function pathForms(path: string): Promise<PathForms> {
  const real = await realpath(path).catch(() => path)
  return [path, real, encodeURI(path), encodeURI(real)]
}

export function pathTable(from: readonly PathForms[], to: readonly PathForms[]): PathTable {
  const table = new Map<string, string>()
  for (const [index, forms] of from.entries()) {
    for (const [form, text] of forms.entries()) {
      // Where the first home wrote a path in one way, so does the second, even if it could in two.
      if (!table.has(text)) table.set(text, to[index]?.[form] ?? text)
    }
  }
  return table
}

/** True when every path is as long, in bytes, as what takes its place. */
export function isSameLength(table: PathTable): boolean {
  return [...table].every(([from, to]) => Buffer.byteLength(from) === Buffer.byteLength(to))
}

/** The text with every path exchanged. */
export function exchangeInText(text: string, table: PathTable): string {
  const paths = longestFirst(table)
  let done = ''
  let rest = text
  for (;;) {
    const next = paths
      .map((path) => ({ path, at: rest.indexOf(path) }))
      .filter(({ at }) => at !== -1)
      .reduce<{ path: string; at: number } | undefined>((best, one) => (best === undefined || one.at < best.at ? one : best), undefined)
    if (next === undefined) return done + rest
    done += rest.slice(0, next.at) + (table.get(next.path) ?? next.path)
    rest = rest.slice(next.at + next.path.length)
  }
}

/** One path may begin like another; at one place the longer one is meant. */
export function longestFirst(table: ReadonlyMap<string, unknown>): readonly string[] {
  return [...table.keys()].toSorted((one, other) => other.length - one.length)
}
