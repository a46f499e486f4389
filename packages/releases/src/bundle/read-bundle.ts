/** A bundle as a stream of its entries, each checked against the manifest. Nothing is believed that a tar header says alone. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isHop3Error, parseArtifact, toHop3Error, visible, type BuildArtifact } from '@hop3/core'
import { extract, type Extract } from 'tar-stream'
import { badBundle, wrongDigest } from './bundle-error.ts'
import { filesPrefix, imageName, manifestName, maximumManifestBytes, type BundleEntry, type BundleManifest } from './manifest.ts'
import { bytesOf } from './read-file.ts'
import { readManifest } from './read-manifest.ts'

export interface BundleVisitor {
  /** Gets the manifest before any entry. */
  readonly begin?: (manifest: BundleManifest, artifact: BuildArtifact) => Promise<void>
  /** Gets each entry in turn and reads the bytes of a file to their end; they are checked on the way, the last of them before the end comes. */
  readonly entry: (entry: BundleEntry, bytes: AsyncIterable<Uint8Array>) => Promise<void>
  readonly image: (bytes: AsyncIterable<Uint8Array>) => Promise<void>
}

export interface ReadBundle {
  readonly manifest: BundleManifest
  readonly artifact: BuildArtifact
  /** Of the whole file. */
  readonly sha256: string
  readonly bytes: number
}

/**
 * Reads the whole file once. Throws `artifact.bundle`, `artifact.bundle-format` or `artifact.bundle-digest`, and what the visitor throws.
 */
export async function readBundle(file: string, visitor: BundleVisitor, signal: AbortSignal): Promise<ReadBundle> {
  const whole = { hash: createHash('sha256'), bytes: 0 }
  const tar = extract()
  // Its errors come out of the entries, where they are waited for.
  const feeding = pipeline(piecesOf(file, whole, signal), tar).catch((error: unknown) => error)
  try {
    const found = await readEntries(file, partsOf(tar), visitor)
    const problem = await feeding
    if (problem !== undefined) throw problem
    return { ...found, bytes: whole.bytes, sha256: whole.hash.digest('hex') }
  } catch (error) {
    tar.destroy()
    const problem = await feeding
    signal.throwIfAborted()
    throw asBundleError(file, isHop3Error(error) ? error : (readProblem(problem) ?? error))
  }
}

async function* piecesOf(file: string, whole: { readonly hash: Hash; bytes: number }, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stream: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1024 * 1024, signal })
  for await (const data of stream) {
    if (whole.bytes === 0) checkBeginning(file, data)
    whole.hash.update(data)
    whole.bytes += data.length
    yield data
  }
}

/** The commonest wrong files by their first bytes, which tar would only call invalid. */
function checkBeginning(file: string, data: Buffer): void {
  const known = [
    { begins: [0x1f, 0x8b], saw: 'it is compressed with gzip; unpack it first (`gunzip`)' },
    { begins: [0x28, 0xb5, 0x2f, 0xfd], saw: 'it is compressed with zstd; unpack it first (`zstd -d`)' },
    { begins: [0xfd, 0x37, 0x7a, 0x58], saw: 'it is compressed with xz; unpack it first (`unxz`)' },
    { begins: [0x50, 0x4b, 0x03, 0x04], saw: 'it is a zip archive' },
  ].find(({ begins }) => begins.every((byte, index) => data[index] === byte))
  if (known !== undefined) throw badBundle(file, known.saw)
  if (data.length < 512 || data.toString('latin1', 0, manifestName.length + 1) !== `${manifestName}\0`)
    throw badBundle(file, `it does not begin with ${manifestName}`)
}

/** An entry as tar-stream gives it. */
interface PartHeader {
  readonly name: string
  readonly size: number
  /** Null for what it does not know. */
  readonly type: string | null
  readonly linkname: string | null
}

interface Part {
  readonly header: PartHeader
  readonly bytes: AsyncIterable<Uint8Array>
}

async function* partsOf(tar: Extract): AsyncGenerator<Part> {
  for await (const source of tar) yield { header: source.header, bytes: Readable.from(source, { objectMode: false }) }
}

async function readEntries(
  file: string,
  parts: AsyncIterable<Part>,
  visitor: BundleVisitor,
): Promise<Pick<ReadBundle, 'manifest' | 'artifact'>> {
  let found: { readonly manifest: BundleManifest; readonly artifact: BuildArtifact } | undefined
  let next = 0
  let hasImage = false
  for await (const part of parts) {
    if (found === undefined) {
      const manifest = await readManifest(file, await manifestText(file, part))
      found = { manifest, artifact: await parseArtifact(JSON.stringify(manifest.artifact), `the artifact of ${file}`) }
      await visitor.begin?.(found.manifest, found.artifact)
      continue
    }
    const { manifest } = found
    const entry = manifest.entries[next]
    if (entry !== undefined) {
      checkHeader(file, part.header, entry)
      const bytes = checked(file, part.bytes, entry.type === 'file' ? entry : { path: entry.path, size: 0, sha256: emptyDigest })
      await visitor.entry(entry, bytes)
      await exhaust(bytes)
      next++
    } else if (manifest.image !== null && !hasImage && part.header.name === imageName) {
      const bytes = checked(file, part.bytes, { path: imageName, ...manifest.image })
      await visitor.image(bytes)
      await exhaust(bytes)
      hasImage = true
    } else throw badBundle(file, `it has an entry ${visible(part.header.name)} that its manifest does not list`)
  }
  if (found === undefined) throw badBundle(file, 'it is empty')
  const missing = found.manifest.entries[next]?.path ?? (found.manifest.image !== null && !hasImage ? imageName : undefined)
  if (missing !== undefined) throw badBundle(file, `it ends before ${visible(missing)}`)
  return found
}

async function manifestText(file: string, part: Part): Promise<string> {
  const { name, size, type } = part.header
  if (name !== manifestName || type !== 'file') throw badBundle(file, `it does not begin with ${manifestName}`)
  if (size > maximumManifestBytes) throw badBundle(file, `its manifest has ${size} bytes; ${maximumManifestBytes} are the most`)
  return (await bytesOf(part.bytes)).toString()
}

const emptyDigest = createHash('sha256').digest('hex')
const tarTypes = { file: 'file', directory: 'directory', link: 'symlink' } as const

function checkHeader(file: string, header: PartHeader, entry: BundleEntry): void {
  const path = `${filesPrefix}${entry.path}`
  if (header.name.replace(/\/$/, '') !== path)
    throw badBundle(file, `it has ${visible(header.name)} where its manifest lists ${visible(path)}`)
  if (header.type !== tarTypes[entry.type])
    throw badBundle(file, `${visible(path)} is a ${String(header.type)}, and a ${entry.type} in its manifest`)
  const size = entry.type === 'file' ? entry.size : 0
  if (header.size !== size) throw badBundle(file, `${visible(path)} has ${header.size} bytes, and ${size} in its manifest`)
  if (entry.type === 'link' && header.linkname !== entry.target)
    throw badBundle(file, `${visible(path)} leads to ${visible(String(header.linkname))}, and to ${visible(entry.target)} in its manifest`)
}

/** Gives the last piece only after the whole has the digest. */
async function* checked(
  file: string,
  part: AsyncIterable<Uint8Array>,
  { path, size, sha256 }: { readonly path: string; readonly size: number; readonly sha256: string },
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let seen = 0
  let held: Uint8Array | undefined
  for await (const piece of part) {
    if (held !== undefined) yield held
    hash.update(piece)
    seen += piece.byteLength
    held = piece
  }
  if (seen !== size) throw badBundle(file, `${visible(path)} ends after ${seen} of ${size} bytes`)
  const found = hash.digest('hex')
  if (found !== sha256) throw wrongDigest(file, path, sha256, found)
  if (held !== undefined) yield held
}

/** What the visitor did not read is checked all the same. */
async function exhaust(bytes: AsyncGenerator<Uint8Array>): Promise<void> {
  for (;;) if ((await bytes.next()).done === true) return
}

/** What reading the file said, rather than what tar made of it. */
function readProblem(problem: unknown): unknown {
  return isHop3Error(problem) || (problem instanceof Error && 'code' in problem && 'syscall' in problem) ? problem : undefined
}

/** tar-stream throws plain errors in words of its own. */
function asBundleError(file: string, error: unknown): unknown {
  if (isHop3Error(error)) return error
  if (!(error instanceof Error) || 'syscall' in error) return toHop3Error(error, `Cannot read ${visible(file)}`)
  const known: Readonly<Record<string, string>> = {
    'Unexpected end of data': 'it is cut off',
    'Header exceeds max size': 'a header of it is larger than 4 MiB',
    'Invalid header': 'a header of it is damaged',
  }
  const reason = known[error.message] ?? (error.message.startsWith('Invalid tar header') ? 'a header of it is damaged' : undefined)
  return reason === undefined ? error : badBundle(file, reason, error)
}
