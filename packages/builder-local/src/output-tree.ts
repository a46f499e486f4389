/** What a phase left behind in its outputs. Paths are relative to the app's root. */
import { lstatSync, readdirSync, readlinkSync, type BigIntStats } from 'node:fs'
import { join } from 'node:path'

export type OutputItem =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly size: number; readonly mtimeNs: bigint }
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /** A socket, fifo or device: nothing that could be kept. */
  | { readonly kind: 'special'; readonly path: string }

/** A file whose content a release shares with the cache, as it was then. */
export type LinkedFile = Omit<Extract<OutputItem, { kind: 'file' }>, 'kind'>

/** Everything at and below the outputs, parents first. An output that does not exist contributes nothing. */
export function listOutputs(appRoot: string, outputs: readonly string[]): readonly OutputItem[] {
  const items: OutputItem[] = []
  const waiting = [...outputs]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const item = readItem(appRoot, path)
    if (item === undefined) continue
    items.push(item)
    if (item.kind === 'directory') for (const name of readdirSync(join(appRoot, path))) waiting.push(`${path}/${name}`)
  }
  return items
}

/** Undefined when there is nothing. */
export function readItem(appRoot: string, path: string): OutputItem | undefined {
  const absolute = join(appRoot, path)
  const stats = lstatSync(absolute, { bigint: true, throwIfNoEntry: false })
  if (stats === undefined) return undefined
  if (stats.isSymbolicLink()) return { kind: 'link', path, target: readlinkSync(absolute) }
  if (stats.isDirectory()) return { kind: 'directory', path, mode: modeOf(stats) }
  if (!stats.isFile()) return { kind: 'special', path }
  return { kind: 'file', path, mode: modeOf(stats), size: Number(stats.size), mtimeNs: stats.mtimeNs }
}

function modeOf(stats: BigIntStats): number {
  return Number(stats.mode & 0o7777n)
}
