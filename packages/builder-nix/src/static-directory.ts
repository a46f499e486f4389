/** Where a site lies: in the package, or in another path of the store that the release keeps. */
import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, normalize, resolve } from 'node:path'
import { hop3Error, visible } from '@hop3/core'
import { orElse } from '@hop3/core/files'

export interface Packaged {
  readonly location: string
  /** Paths of the store that the release keeps. */
  readonly rooted: readonly string[]
}

/** Absolute. `written`: relative to the package, or absolute. Throws `config.static-path`. */
export async function staticDirectory(written: string, origin: string, { location, rooted }: Packaged): Promise<string> {
  const path = isAbsolute(written) ? normalize(written).replace(/\/$/, '') : resolve(location, written)
  const isKept = [location, ...rooted].some((one) => isBelow(path, one))
  // Packages link to each other, and never out of the store.
  const leadsTo = await orElse(realpath(path), path, ['ENOENT', 'ENOTDIR'])
  if (isKept && isBelow(leadsTo, dirname(location))) return path
  throw hop3Error(
    'config.static-path',
    `${origin}: ${visible(written)} is not a directory of the package, or of what it needs of the store.`,
    {
      hint: 'Write a path relative to the package, such as share/site, or one of another package: `"${site}/share"`.',
      details: { origin },
    },
  )
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}
