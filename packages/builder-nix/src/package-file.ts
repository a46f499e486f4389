/** Reads a file of a package: its builder may have made anything of it. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hop3Error } from '@hop3/core'
import { orElse } from '@hop3/core/files'

/** Bytes. */
const most = 1024 * 1024

/** What there is no file for. */
export const absent = ['ENOENT', 'ENOTDIR']

/** Undefined where it is not there. Throws `build.nix-runtime` for what is no file of the store, or too large a one. */
export async function readPackageFile(location: string, name: string): Promise<string | undefined> {
  const path = join(location, name)
  const real = await orElse(realpath(path), undefined, absent)
  if (real === undefined) return undefined
  const stats = await stat(real)
  if (real.startsWith(`${dirname(location)}/`) && stats.isFile() && stats.size <= most) return readFile(real, 'utf8')
  throw hop3Error('build.nix-runtime', `${path} is no file of the store of at most ${most / 1024} KiB, and is not read.`, {
    hint: 'Write a file there instead of a link out of the store, a directory or a device.',
    details: { origin: path },
  })
}
