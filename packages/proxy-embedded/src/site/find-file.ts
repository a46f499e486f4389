/** Finds a site's files on disk. Whatever it returns lies under the root after every link was followed. */
import type { BigIntStats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { cacheControl } from './cache-policy.ts'
import type { Coding } from './accept-encoding.ts'
import { mediaType } from './media-type.ts'
import { isPublic } from './url-path.ts'

export interface SiteFile {
  readonly type: string
  readonly cacheControl: string
  readonly identity: StoredFile
  /** `.br` and `.gz` beside it. */
  readonly encoded: Readonly<Partial<Record<Coding, StoredFile>>>
}

export interface StoredFile {
  /** Without links. */
  readonly path: string
  readonly size: number
  readonly modified: number
  readonly etag: string
  /** Which file it is, whatever its path: a name may lead to another one a moment later. */
  readonly dev: bigint
  readonly ino: bigint
  /** Ends the etag of an encoded form. */
  readonly mark: string
}

export type Found = { readonly kind: 'file'; readonly file: SiteFile } | { readonly kind: 'directory' } | { readonly kind: 'missing' }

/** `root` is a real path. A directory counts only with an index.html; `name` may leave out `.html`. */
export async function findFile(root: string, names: readonly string[], directory: boolean): Promise<Found> {
  if (directory || names.length === 0) return fileOr(await openable(root, [...names, 'index.html']), root, 'index.html')
  const last = names.at(-1) ?? ''
  const exact = await openable(root, names)
  if (exact === 'directory')
    return (await openable(root, [...names, 'index.html'])) instanceof Object ? { kind: 'directory' } : { kind: 'missing' }
  if (exact !== undefined) return fileOr(exact, root, last)
  return fileOr(await openable(root, [...names.slice(0, -1), `${last}.html`]), root, `${last}.html`)
}

async function fileOr(stored: StoredFile | 'directory' | undefined, root: string, name: string): Promise<Found> {
  if (stored === undefined || stored === 'directory') return { kind: 'missing' }
  const inside = relative(root, stored.path)
  const [br, gzip] = await Promise.all([sibling(root, inside, '.br', '-br'), sibling(root, inside, '.gz', '-gzip')])
  const encoded = { ...(br && { br }), ...(gzip && { gzip }) }
  return { kind: 'file', file: { type: mediaType(name), cacheControl: cacheControl(inside), identity: stored, encoded } }
}

async function sibling(root: string, inside: string, extension: string, mark: string): Promise<StoredFile | undefined> {
  const found = await openable(root, `${inside}${extension}`.split(sep), mark)
  return found === 'directory' ? undefined : found
}

/** A regular file, the word for a directory, or undefined: also for what leaves the root, is hidden behind a link, or cannot be read. */
async function openable(root: string, names: readonly string[], mark = ''): Promise<StoredFile | 'directory' | undefined> {
  try {
    const path = await realpath(join(root, ...names))
    const inside = relative(root, path)
    if (inside === '..' || inside.startsWith(`..${sep}`) || !isPublic(inside === '' ? [] : inside.split(sep))) return undefined
    const found = await stat(path, { bigint: true })
    if (found.isDirectory()) return 'directory'
    return found.isFile() ? describeFile(path, found, mark) : undefined
  } catch {
    return undefined // whatever the reason, nobody outside learns it
  }
}

export function describeFile(path: string, { size, mtimeMs, ctimeNs, dev, ino }: BigIntStats, mark: string): StoredFile {
  // The time of the inode's change and not the content's: a build may give every file of every version the same mtime.
  const etag = `"${ctimeNs.toString(36)}-${size.toString(36)}${mark}"`
  return { path, size: Number(size), modified: Number(mtimeMs), etag, dev, ino, mark }
}
