import { createHash } from 'node:crypto'
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type BigIntStats } from 'node:fs'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setImmediate as pause } from 'node:timers/promises'
import { contentDigest, isDerived, mostInMemory, treeLine } from './tree-line.ts'

/** The forms in which the path of a release may stand in its files. The order is the same for every one. */
export function pathForms(path: string): readonly string[] {
  const real = realpathSync(path)
  return [path, real, encodeURI(path), encodeURI(real)]
}

export interface TreeDigestOptions {
  /** Forms of the path the tree lies at or below: where a file holds one, it counts as if it lay elsewhere, so that two places give one digest. */
  readonly places?: readonly string[]
  /** Hashes of files an earlier digest has `seen`, so that those it finds again need no reading. */
  readonly known?: ReadonlyMap<string, string>
  /** Receives this digest's. */
  readonly seen?: Map<string, string>
  readonly signal?: AbortSignal
}

const filesBetweenPauses = 256

/**
 * SHA-256, in hex, of what a directory holds: sorted paths, whether a file can be run, contents, targets of links. Left out is what its own
 * reader makes again from the rest: compiled Python, and the list of hashes that pip writes beside each package. Sockets and devices are no
 * content. Throws what the file system throws.
 */
export async function treeDigest(directory: string, { places = [], known, seen, signal }: TreeDigestOptions = {}): Promise<string> {
  const different = [...new Set(places)]
  const place = { places: different, root: relative(different[0] ?? directory, directory) }
  const digest = createHash('sha256')
  const waiting = ['']
  for (let count = 1; ; count += 1) {
    const path = waiting.pop()
    if (path === undefined) return digest.digest('hex')
    if (count % filesBetweenPauses === 0) {
      await pause()
      signal?.throwIfAborted()
    }
    const absolute = join(directory, path)
    const stats = lstatSync(absolute, { bigint: true })
    if (stats.isDirectory()) {
      digest.update(treeLine({ path, kind: 'directory' }, place))
      waiting.push(...namesIn(absolute).map((name) => (path === '' ? name : `${path}/${name}`)))
    } else if (stats.isSymbolicLink()) digest.update(treeLine({ path, kind: 'link', target: readlinkSync(absolute) }, place))
    else if (stats.isFile() && !isDerived(path)) {
      const stamp = fileStamp(stats)
      const content = known?.get(stamp) ?? (await contentHash(absolute, Number(stats.size), different))
      seen?.set(stamp, content)
      digest.update(treeLine({ path, kind: 'file', isExecutable: (stats.mode & 0o111n) !== 0n, content }, place))
    }
  }
}

/** Not the time of its inode's change: another link to a file is one. */
function fileStamp({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}`
}

/** Last first, because the last that waits is taken next. Sorted by bytes, which no locale decides. */
function namesIn(directory: string): readonly string[] {
  return readdirSync(directory).toSorted((a, b) => Buffer.compare(Buffer.from(b), Buffer.from(a)))
}

async function contentHash(path: string, size: number, places: readonly string[]): Promise<string> {
  if (size > mostInMemory) return streamedHash(path)
  return contentDigest(readFileSync(path), places)
}

async function streamedHash(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}
