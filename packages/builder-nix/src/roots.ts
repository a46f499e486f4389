/** Links of a release to what it needs of the store. Nix finds them by their paths, so they never move. */
import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { orElse } from '@hop3/core/files'

/** The first; the others are `gcroot-2`, `gcroot-3`, …. */
export const rootName = 'gcroot'

export interface Root {
  readonly link: string
  readonly target: string
}

/** Empty where the release is not there. */
export async function rootsIn(releasePath: string): Promise<readonly Root[]> {
  const names = await orElse(readdir(releasePath), [])
  const links = names.filter((name) => name === rootName || /^gcroot-\d+$/.test(name)).map((name) => join(releasePath, name))
  return Promise.all(links.map(async (link) => ({ link, target: await readlink(link) })))
}
