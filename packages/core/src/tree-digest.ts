import { createHash, hash } from 'node:crypto'
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync, type BigIntStats } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setImmediate as pause } from 'node:timers/promises'

export interface TreeDigestOptions {
  /** Forms of the path the tree lies at: where a file holds one, it counts as if it lay elsewhere, so that two places give one digest. */
  readonly places?: readonly string[]
  /** Hashes of files an earlier digest has `seen`, so that those it finds again need no reading. */
  readonly known?: ReadonlyMap<string, string>
  /** Receives this digest's. */
  readonly seen?: Map<string, string>
  readonly signal?: AbortSignal
}

const filesBetweenPauses = 256
/** A larger file is data, which holds no path of its own place: it is read in parts. */
const mostInMemory = 64 * 1024 * 1024

/**
 * SHA-256, in hex, of what a directory holds: sorted paths, whether a file can be run, contents, targets of links. Left out is what its own
 * reader makes again from the rest: compiled Python, and the list of hashes that pip writes beside each package. Sockets and devices are no
 * content. Throws what the file system throws.
 */
export async function treeDigest(directory: string, { places = [], known, seen, signal }: TreeDigestOptions = {}): Promise<string> {
  const different = [...new Set(places)]
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
      digest.update(`${JSON.stringify([path, 'directory'])}\n`)
      waiting.push(...namesIn(absolute).map((name) => (path === '' ? name : `${path}/${name}`)))
    } else if (stats.isSymbolicLink()) digest.update(`${JSON.stringify([path, 'link', masked(readlinkSync(absolute), different)])}\n`)
    else if (stats.isFile() && !isDerived(path)) {
      const stamp = fileStamp(stats)
      const content = known?.get(stamp) ?? (await contentHash(absolute, Number(stats.size), different))
      seen?.set(stamp, content)
      digest.update(`${JSON.stringify([path, (stats.mode & 0o111n) !== 0n, content])}\n`)
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

function isDerived(path: string): boolean {
  return /(?:^|\/)__pycache__\/[^/]+\.pyc$|\.dist-info\/RECORD$/.test(path)
}

async function contentHash(path: string, size: number, places: readonly string[]): Promise<string> {
  if (size > mostInMemory) return streamedHash(path)
  const content = readFileSync(path)
  const holds = places.some((place) => content.includes(place))
  return hash('sha256', holds ? masked(content.toString('latin1'), places.map(inLatin1)) : content, 'hex')
}

async function streamedHash(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}

function masked(text: string, places: readonly string[]): string {
  return places.reduce((changed, place) => changed.replaceAll(place, '\0place\0'), text)
}

/** As the bytes of a file read that way have it. */
function inLatin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
