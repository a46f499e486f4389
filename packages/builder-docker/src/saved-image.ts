/** What `docker save` writes of one image without names, and nothing else. */
import { hop3Error, isHop3Error, visible } from '@hop3/core'
import { extract, type Header } from 'tar-stream'
import * as z from 'zod'

/** More than any image's list of its own parts. */
const maximumBytes = 1024 * 1024

/**
 * The bytes of a saved image as they are, the last of them only when it was seen that they are that and bring no names: loading one called
 * `debian:12` would put it in the place of the one that is here. Engines read names from several places, and not all in the same way, so
 * what is not known to be harmless is refused. Throws `artifact.damaged`; an engine loads nothing of a stream that ends early. `ids` receives
 * what engines may call the image: of each kind of engine it is another digest.
 */
export async function* withoutNames(bytes: AsyncIterable<Uint8Array>, ids: Set<string>): AsyncGenerator<Uint8Array> {
  const tar = extract()
  const reading = readArchive(tar, ids)
  reading.catch(() => {})
  let held: Uint8Array | undefined
  for await (const piece of bytes) {
    if (held !== undefined) yield held
    held = piece
    // One that has failed never drains; `reading` then ends.
    if (!tar.write(piece)) await Promise.race([new Promise<void>((resolve) => void tar.once('drain', resolve)), reading.catch(() => {})])
  }
  tar.end(null)
  await reading.catch((cause: unknown) => {
    throw unreadable(cause)
  })
  if (held !== undefined) yield held
}

async function readArchive(tar: ReturnType<typeof extract>, ids: Set<string>): Promise<void> {
  const seen = new Set<string>()
  for await (const entry of tar) {
    const name = checkEntry(entry.header, seen)
    const list = lists.get(name)
    if (list !== undefined && (entry.header.size ?? 0) > maximumBytes) throw damaged(`${name} is too large`)
    const pieces: Buffer[] = []
    for await (const piece of entry) if (list !== undefined && Buffer.isBuffer(piece)) pieces.push(piece)
    if (list === undefined) continue
    for (const id of list(checkedJson(name, Buffer.concat(pieces).toString()))) ids.add(id)
  }
  if (!seen.has('manifest.json')) throw damaged('it is no saved image')
}

/** Content by its digest, and each list once; in the older layout a layer is a directory, and one used twice a link to the other. */
const known =
  /^(?:blobs|blobs\/sha256|(?:blobs\/sha256\/)?[0-9a-f]{64}|[0-9a-f]{64}\.json|[0-9a-f]{64}\/(?:VERSION|json|layer\.tar)|oci-layout)$/
const linkedLayer = /^\.\.\/[0-9a-f]{64}\/layer\.tar$/

function checkEntry({ name: written, type, linkname }: Header, seen: Set<string>): string {
  const name = written.replace(/\/$/, '')
  const isPlain = type === 'file' || type === 'directory'
  const isLayer = type === 'symlink' && name.endsWith('/layer.tar') && linkedLayer.test(linkname ?? '')
  if (!known.test(name) && !lists.has(name)) throw damaged(`no saved image has ${visible(written)}`)
  if (!isPlain && !isLayer) throw damaged(`${visible(written)} is a ${type}`)
  if (seen.has(name)) throw damaged(`it has ${visible(written)} twice`)
  seen.add(name)
  return name
}

const noName = z.strictObject({})
const manifests = z.tuple([
  z.strictObject({
    Config: z.string().regex(/^(?:blobs\/sha256\/)?[0-9a-f]{64}(?:\.json)?$/),
    RepoTags: z.array(z.never()).nullish(),
    Layers: z.array(z.string()),
    LayerSources: z.record(z.string(), z.unknown()).optional(),
    Parent: z.string().optional(),
  }),
])
const index = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.tuple([
    z.strictObject({
      mediaType: z.string(),
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      size: z.number(),
      platform: z.record(z.string(), z.unknown()).optional(),
      // Where layers came from, which a containerd image store keeps with them.
      annotations: z.record(z.string().regex(/^containerd\.io\/distribution\.source\./), z.string()).optional(),
    }),
  ]),
})

/** Docker's own list, the older one beside it, and what containerd reads; each gives the ids it has for the image. */
const lists: ReadonlyMap<string, (value: unknown) => readonly string[]> = new Map([
  ['manifest.json', (value: unknown) => manifests.parse(value).map(({ Config }) => `sha256:${/[0-9a-f]{64}/.exec(Config)?.[0] ?? ''}`)],
  ['repositories', (value: unknown) => Object.keys(noName.parse(value))],
  ['index.json', (value: unknown) => index.parse(value).manifests.map(({ digest }) => digest)],
])

/** Engines take a doubled key for two, fold the case of others, and stop after the first value: what is read must be all there is. */
function checkedJson(name: string, text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (JSON.stringify(value) !== text.replaceAll(/\s+/g, '')) throw damaged(`${name} says something twice, or more than one thing`)
  return value
}

/** What the archive itself is wrong with was said already. */
function unreadable(cause: unknown): Error {
  if (isHop3Error(cause)) return cause
  const [issue] = cause instanceof z.ZodError ? cause.issues : []
  const path = issue?.path.join('.') ?? ''
  return damaged(
    issue === undefined ? 'it is no saved image' : `${path === '' ? 'a list' : path} has more than an image without names`,
    cause,
  )
}

function damaged(reason: string, cause?: unknown): Error {
  return hop3Error('artifact.damaged', `The image of the bundle cannot be loaded: ${reason}.`, {
    hint: 'Export the release again with `hop3 export`, which saves an image without names.',
    ...(cause !== undefined && { cause }),
  })
}
