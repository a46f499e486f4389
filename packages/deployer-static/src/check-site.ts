/** Looks at every file of a site before anybody can ask for it. */
import { hop3Error, shellQuote, visible } from '@hop3/core'
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

export interface CheckedSite {
  /** How many files a client can get. */
  readonly files: number
  /** What is there and is never served: names beginning with a dot, except `.well-known` at the top. Directories end in a slash. */
  readonly excluded: readonly string[]
  readonly hasIndex: boolean
}

/**
 * Reads directories only, never a file's content. Throws `deploy.static.missing`, `deploy.static.empty`, `deploy.static.link` for a link that
 * leads out of the site, and `deploy.static.special` for what is neither file nor directory.
 */
export async function checkSite(directory: string, signal: AbortSignal): Promise<CheckedSite> {
  const root = await realpath(directory).catch((cause: unknown) => {
    throw missing(directory, cause)
  })
  const excluded: string[] = []
  let files = 0
  const walk = async (path: string): Promise<void> => {
    signal.throwIfAborted()
    const nested: string[] = []
    for (const entry of await entriesOf(join(root, path), directory)) {
      const name = path === '' ? entry.name : `${path}${sep}${entry.name}`
      if (entry.name.startsWith('.') && name !== '.well-known') excluded.push(entry.isDirectory() ? `${name}/` : name)
      else if (entry.isDirectory()) nested.push(name)
      else if (entry.isFile()) files++
      else if (!entry.isSymbolicLink()) throw special(root, name, entry)
      else if (await leadsToFile(root, name)) files++
      else excluded.push(name)
    }
    for (let index = 0; index < nested.length; index += parallel) await Promise.all(nested.slice(index, index + parallel).map(walk))
  }
  await walk('')
  if (files === 0) throw empty(directory, excluded)
  const hasIndex = await stat(join(root, 'index.html')).then(
    (found) => found.isFile(),
    () => false,
  )
  return { files, excluded: excluded.toSorted(), hasIndex }
}

const parallel = 8

async function entriesOf(path: string, directory: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') throw missing(directory, error)
    throw error
  }
}

/** False for a link nobody can follow, and for one that leads to something hidden. */
async function leadsToFile(root: string, name: string): Promise<boolean> {
  const target = await realpath(join(root, name)).catch(() => undefined)
  if (target === undefined) return false
  const inside = relative(root, target)
  if (inside === '..' || inside.startsWith(`..${sep}`)) throw leaves(root, name, target)
  const found = await stat(target)
  if (!found.isFile() && !found.isDirectory()) throw special(root, name, found)
  return !inside.split(sep).some((part, index) => part.startsWith('.') && !(index === 0 && part === '.well-known'))
}

function missing(directory: string, cause: unknown): Error {
  return hop3Error('deploy.static.missing', `Cannot publish ${directory}: there is no such directory.`, {
    hint: 'Let the build make it, or name the right one: `static: <directory>` in the Procfile.',
    cause,
  })
}

function empty(directory: string, excluded: readonly string[]): Error {
  const hidden = excluded.length > 0 ? ` but ${excluded.slice(0, 3).map(visible).join(', ')}, which is never served` : ''
  return hop3Error('deploy.static.empty', `Cannot publish ${directory}: it has no files${hidden}.`, {
    hint: 'Check that the build writes there, or name the right directory: `static: <directory>` in the Procfile.',
  })
}

function leaves(root: string, name: string, target: string): Error {
  return hop3Error('deploy.static.link', `Cannot publish ${visible(name)} in ${root}: the link leads out of the site, to ${target}.`, {
    hint: 'Copy the file into the site instead of linking to it.',
    details: { name: visible(name), target },
  })
}

interface SpecialFile {
  isFIFO(): boolean
  isSocket(): boolean
}

function special(root: string, name: string, file: SpecialFile): Error {
  const kind = file.isFIFO() ? 'a named pipe' : file.isSocket() ? 'a socket' : 'a device'
  return hop3Error('deploy.static.special', `Cannot publish ${visible(name)} in ${root}: it is ${kind}, not a file.`, {
    hint: `Remove it: rm ${shellQuote(join(root, name))}`,
  })
}
