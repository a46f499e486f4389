import { createHash } from 'node:crypto'
import { setImmediate as pause } from 'node:timers/promises'
import { listOutputs } from './output-tree.ts'

/**
 * A cheap digest of a finished release: SHA-256 over the names, kinds, permission bits, sizes and link targets of everything in it, but not
 * over contents. It finds a release that lost or gained files, not one whose bytes were exchanged.
 */
export async function treeDigest(appRoot: string, entries: readonly string[]): Promise<string> {
  await pause()
  const digest = createHash('sha256')
  const items = [...listOutputs(appRoot, entries)].toSorted((one, other) => (one.path < other.path ? -1 : 1))
  for (const item of items) {
    const facts = item.kind === 'file' ? [item.mode, item.size] : item.kind === 'link' ? [item.target] : []
    digest.update(`${JSON.stringify([item.kind, item.path, ...facts])}\n`)
  }
  return digest.digest('hex')
}
