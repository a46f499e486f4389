/** What a digest of a tree takes of each entry. Pure, so that a tree that lies nowhere has the same. */
import { createHash, hash } from 'node:crypto'
import { dirname, isAbsolute, join, normalize, relative } from 'node:path/posix'
import { withoutTrailingSlashes } from './trailing-slashes.ts'

/** Paths are relative to the tree, with `/`. */
export type TreeEntry =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  /** `content`: see `contentDigest`. */
  | { readonly path: string; readonly kind: 'file'; readonly isExecutable: boolean; readonly content: string }

/** A larger file is data, which holds no path of its own place: it is read in parts. */
export const mostInMemory = 64 * 1024 * 1024

/** `places`: forms of the directory that `root` names the tree in, so that a link into it is the same wherever it lies. */
export function treeLine(entry: TreeEntry, { places, root }: TreePlace): string {
  const { path, kind } = entry
  if (kind === 'directory') return `${JSON.stringify([path, 'directory'])}\n`
  if (kind === 'file') return `${JSON.stringify([path, entry.isExecutable, entry.content])}\n`
  return `${JSON.stringify([path, 'link', linkTarget(path, entry.target, { places, root })])}\n`
}

export interface TreePlace {
  readonly places: readonly string[]
  /** The tree's path in each of the places: `source`. */
  readonly root: string
}

/** The digest `treeDigest` has of a directory with these entries, in whatever order they come; the tree's own directory is none of them. */
export function digestOfEntries(entries: readonly TreeEntry[], place: TreePlace): string {
  const digest = createHash('sha256').update(treeLine({ path: '', kind: 'directory' }, place))
  const named = entries.map((entry) => ({ entry, key: Buffer.from(entry.path.replaceAll('/', '\0')) }))
  for (const { entry } of named.toSorted((one, other) => Buffer.compare(one.key, other.key))) {
    if (entry.kind !== 'file' || !isDerived(entry.path)) digest.update(treeLine(entry, place))
  }
  return digest.digest('hex')
}

/** What its own reader makes again from the rest: compiled Python, and the list of hashes that pip writes beside each package. */
export function isDerived(path: string): boolean {
  return /(?:^|\/)__pycache__\/[^/]+\.pyc$|\.dist-info\/RECORD$/.test(path)
}

/** SHA-256 in hex of a file's content with every place counted as one word. Of what is larger than `mostInMemory` it is that of the content as it is. */
export function contentDigest(content: Buffer, places: readonly string[]): string {
  const holds = places.some((place) => content.includes(place))
  return hash('sha256', holds ? masked(content.toString('latin1'), places.map(inLatin1)) : content, 'hex')
}

function linkTarget(path: string, target: string, { places, root }: TreePlace): string {
  const place = places.find((one) => target === one || target.startsWith(`${one}/`))
  if (place !== undefined) return relative(dirname(join(root, path)), target.slice(place.length + 1)) || '.'
  return isAbsolute(target) ? normalize(target) : withoutTrailingSlashes(normalize(target))
}

function masked(text: string, places: readonly string[]): string {
  return places.reduce((changed, place) => changed.replaceAll(place, '\0place\0'), text)
}

/** As the bytes of a file read that way have it. */
function inLatin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
