/** Whether a release's part of the store is still there, and kept. Starts no program: an unchanged app is deployed without Nix. */
import { lstat, readdir, readlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BuildArtifact } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { isObject } from '@hop3/core/json'
import { rootsIn } from './roots.ts'
import type { NixSession } from './session.ts'

/** See `Builder.holds`. Each link of the release must lead to something, and the store must know of the link. */
export async function holdsPaths({ context, host }: NixSession, { location, metadata }: BuildArtifact): Promise<boolean> {
  const { release, nix } = metadata
  if (typeof release !== 'string' || !isObject(nix) || !Array.isArray(nix['roots'])) return false
  const roots = await rootsIn(join(dirname(context.release.path), release))
  if (roots.length < nix['roots'].length || !roots.some(({ target }) => target === location)) return false
  const isThere = await Promise.all(roots.map(({ target }) => exists(target)))
  if (isThere.includes(false)) return false
  const known = await knownLinks(host().env['NIX_STATE_DIR'] ?? '/nix/var/nix')
  return roots.every(({ link }) => known.has(link))
}

/** Links outside of the store that it takes for roots. */
async function knownLinks(state: string): Promise<ReadonlySet<string>> {
  const directory = join(state, 'gcroots/auto')
  const names = await orElse(readdir(directory), [])
  // One that went meanwhile was none of a release's.
  return new Set(await Promise.all(names.map((name) => orElse(readlink(join(directory, name)), ''))))
}

function exists(path: string): Promise<boolean> {
  return orElse(
    lstat(path).then(() => true),
    false,
  )
}
