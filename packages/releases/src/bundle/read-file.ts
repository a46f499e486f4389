/** One file of a release, read once: its digest, and whether and how it holds a path. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { sightings } from './exchange-paths.ts'
import { loaderPaths } from './loader-paths.ts'

export interface FileFacts {
  readonly size: number
  readonly sha256: string
  readonly holds?: 'text' | 'fixed' | 'loader'
}

/** How much of a file to read at once: most are small, and the memory for each piece is taken before it is known how much there is. */
export function pieceBytes(size: number): number {
  return Math.min(1024 * 1024, size + 512)
}

/** All of a stream. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** How far before a path the length of a serialized text is looked for. */
const before = 300

/** `expected`: about how many bytes it has. `paths`: those that count. Python puts those of its own `.pyc` files right itself. */
export async function readFileFacts(
  { file, expected }: { readonly file: string; readonly expected: number },
  paths: readonly string[],
  signal: AbortSignal,
): Promise<FileFacts> {
  const hash = createHash('sha256')
  const overlap = before + Math.max(0, ...paths.map((path) => Buffer.byteLength(path)))
  let size = 0
  let isText = true
  let holdsPath = false
  let rest = Buffer.alloc(0)
  const stream: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: pieceBytes(expected), signal })
  for await (const data of stream) {
    hash.update(data)
    size += data.length
    const seen = Buffer.concat([rest, data])
    isText &&= !data.includes(0)
    for (const { at } of sightings(seen, paths)) {
      holdsPath = true
      if (isCounted(seen, at)) isText = false
    }
    rest = Buffer.from(seen.subarray(Math.max(0, seen.length - overlap)))
  }
  const facts = { size, sha256: hash.digest('hex') }
  if (!holdsPath || extname(file) === '.pyc') return facts
  if (isText) return { ...facts, holds: 'text' }
  return { ...facts, holds: (await isLoadedFrom(file, paths)) ? 'loader' : 'fixed' }
}

/** PHP's `s:42:"…"` says how many bytes follow. */
function isCounted(data: Buffer, at: number): boolean {
  return /\bs:\d+:\\*"[^"\n]*$/.test(data.toString('latin1', Math.max(0, at - before), at))
}

async function isLoadedFrom(file: string, paths: readonly string[]): Promise<boolean> {
  const handle = await open(file)
  try {
    const found = await loaderPaths(handle)
    return found.some((text) => paths.some((path) => text.includes(path)))
  } finally {
    await handle.close()
  }
}
