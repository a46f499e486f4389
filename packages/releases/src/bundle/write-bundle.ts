/** The bytes of a bundle: a tar stream that is the same for the same release. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hop3Error, syncDirectory, visible } from '@hop3/core'
import { pack, type Header, type Pack } from 'tar-stream'
import { filesPrefix, imageName, manifestName, maximumManifestBytes, type BundleManifest } from './manifest.ts'
import { pieceBytes } from './read-file.ts'

export interface WriteRequest {
  readonly manifest: BundleManifest
  readonly fileOf: (path: string) => string
  /** The file of the image, where there is one. */
  readonly image?: string
  readonly output: string
  readonly signal: AbortSignal
}

export interface WrittenBundle {
  readonly bytes: number
  /** Of the whole file. */
  readonly sha256: string
}

/** Readable by its owner only; there whole or not at all. Throws `artifact.changing` when a file is not what was listed. */
export async function writeBundle(request: WriteRequest): Promise<WrittenBundle> {
  const { output, signal } = request
  const temporary = `${output}.${process.pid}-${process.hrtime.bigint()}.tmp`
  const tar = pack()
  const hash = createHash('sha256')
  let bytes = 0
  try {
    const written = pipeline(
      // The library's streams are not Node's: this one is, with its back pressure.
      Readable.from(tar, { objectMode: false }),
      async function* count(pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          hash.update(piece)
          bytes += piece.length
          yield piece
        }
      },
      createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }),
      { signal },
    )
    await Promise.all([written, addAll(tar, request).catch((error: unknown) => fail(tar, error))])
    await rename(temporary, output)
    await syncDirectory(dirname(output))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return { bytes, sha256: hash.digest('hex') }
}

function fail(tar: Pack, error: unknown): never {
  tar.destroy(error instanceof Error ? error : new Error(String(error)))
  throw error
}

async function addAll(tar: Pack, request: WriteRequest): Promise<void> {
  const { manifest, fileOf, image } = request
  const text = Buffer.from(`${JSON.stringify(manifest)}\n`)
  if (text.length > maximumManifestBytes)
    throw hop3Error(
      'artifact.not-portable',
      `The release cannot be exported: it has ${manifest.entries.length} files, too many for a bundle.`,
      {
        hint: 'Leave out what it does not need to run: `onlyIncludeFiles` in [build.plan.start].',
      },
    )
  await add(tar, { name: manifestName, mode: 0o644, size: text.length }, [text])
  for (const entry of manifest.entries) {
    const name = `${filesPrefix}${entry.path}`
    if (entry.type === 'directory') await add(tar, { name: `${name}/`, mode: entry.mode, type: 'directory' })
    else if (entry.type === 'link') await add(tar, { name, mode: 0o777, type: 'symlink', linkname: entry.target })
    else await add(tar, { name, mode: entry.mode, size: entry.size }, unchanged(fileOf(entry.path), entry))
  }
  if (image !== undefined && manifest.image !== null)
    await add(tar, { name: imageName, mode: 0o644, size: manifest.image.size }, unchanged(image, { path: imageName, ...manifest.image }))
  tar.finalize()
}

type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** Resolves when the entry is in the stream. */
async function add(tar: Pack, header: Partial<Header> & Pick<Header, 'name'>, content: Content = []): Promise<void> {
  const added = new Promise<void>((resolve, reject) => {
    const entry = tar.entry({ type: 'file', uid: 0, gid: 0, mtime: new Date(0), ...header }, (error) => (error ? reject(error) : resolve()))
    if (header.type === undefined) pipeline(content, entry).catch(reject)
  })
  await added
}

/** The file's bytes; throws before an end that would not be the one listed. */
async function* unchanged(
  file: string,
  { path, size, sha256 }: { readonly path: string; readonly size: number; readonly sha256: string },
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let seen = 0
  const stream: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: pieceBytes(size) })
  for await (const data of stream) {
    hash.update(data)
    seen += data.length
    if (seen > size) break
    yield data
  }
  if (seen === size && hash.digest('hex') === sha256) return
  throw hop3Error('artifact.changing', `${visible(path)} changed while the release was exported.`, {
    hint: 'Run the command again; if the app writes this file while it runs, let it write to $HOP3_DATA, or stop it: `hop3 stop`.',
    details: { path },
  })
}
