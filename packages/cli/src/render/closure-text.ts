import { basename } from 'node:path'
import { formatBytes } from '@hop3/core'
import type { ArtifactClosure } from '../nix-closure.ts'

/** `+1.2 MB`, `-300 bytes`, `same`, or `-` where there is nothing to compare with. */
export function changeText({ change }: ArtifactClosure): string {
  if (change === undefined) return '-'
  return change.size === 0 ? 'same' : `${change.size > 0 ? '+' : '-'}${formatBytes(Math.abs(change.size))}`
}

/** `python3-3.11.2 112 MB, glibc-2.36 40.1 MB`. */
export function largestText({ largest }: ArtifactClosure): string {
  // Without the hash.
  return largest.map(({ path, size }) => `${basename(path).slice(33)} ${formatBytes(size)}`).join(', ')
}
