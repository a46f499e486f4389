import { createHash } from 'node:crypto'
import type { SourceEntry } from './source-entry.ts'

/** SHA-256 over paths, kinds, permission bits, contents and link targets of the entries, which are sorted: the same for the same source anywhere. */
export function sourceDigest(entries: readonly SourceEntry[]): string {
  const digest = createHash('sha256')
  for (const entry of entries) digest.update(`${JSON.stringify(describe(entry))}\n`)
  return digest.digest('hex')
}

function describe(entry: SourceEntry): readonly (string | number)[] {
  if (entry.kind === 'link') return [entry.path, 'link', entry.target]
  if (entry.kind === 'directory') return [entry.path, 'directory']
  return [entry.path, 'file', entry.mode, entry.hash]
}
