import { hop3Error, visible } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { extract } from 'tar-stream'

/** More than any image's list of its own parts. */
const maximumBytes = 1024 * 1024

/**
 * The bytes of a saved image as they are, the last of them only when it was seen that the image brings no names: loading one called
 * `debian:12` would put it in the place of the one that is here. Throws `artifact.damaged`; an engine loads nothing of a stream that ends early.
 */
export async function* withoutNames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const tar = extract()
  const reading = namesIn(tar)
  reading.catch(() => {})
  let held: Uint8Array | undefined
  for await (const piece of bytes) {
    if (held !== undefined) yield held
    held = piece
    // One that has failed never drains; `reading` then ends.
    if (!tar.write(piece)) await Promise.race([new Promise<void>((resolve) => void tar.once('drain', resolve)), reading.catch(() => {})])
  }
  tar.end(null)
  const names = await reading.catch((cause: unknown) => {
    throw damaged('it is no saved image', cause)
  })
  if (names.length > 0) throw damaged(`it brings the name ${visible(names[0] ?? '')}, which may be another image's here`)
  if (held !== undefined) yield held
}

/** Docker's own list, the older one beside it, and what containerd reads. */
async function namesIn(tar: ReturnType<typeof extract>): Promise<readonly string[]> {
  const names: string[] = []
  for await (const entry of tar) {
    const { name, size } = entry.header
    const isList = ['manifest.json', 'repositories', 'index.json'].includes(name.replace(/^\.\//, ''))
    const pieces: Buffer[] = []
    if (isList && size > maximumBytes) throw new Error(`${name} is too large`)
    for await (const piece of entry) if (isList && Buffer.isBuffer(piece)) pieces.push(piece)
    if (isList) names.push(...namesOf(parseJson(Buffer.concat(pieces).toString())))
  }
  return names
}

function namesOf(list: unknown): readonly string[] {
  const images = Array.isArray(list) ? list : []
  const tags = images.flatMap((one) => (isObject(one) && Array.isArray(one['RepoTags']) ? one['RepoTags'].map(String) : []))
  if (!isObject(list)) return tags
  const manifests = Array.isArray(list['manifests']) ? list['manifests'] : undefined
  if (manifests === undefined) return Object.keys(list)
  return manifests.flatMap((one) => {
    const annotations = isObject(one) && isObject(one['annotations']) ? one['annotations'] : {}
    const name = annotations['io.containerd.image.name']
    return typeof name === 'string' ? [name] : []
  })
}

function damaged(reason: string, cause?: unknown): Error {
  return hop3Error('artifact.damaged', `The image of the bundle cannot be loaded: ${reason}.`, {
    hint: 'Export the release again with `hop3 export`, which saves an image without names.',
    ...(cause !== undefined && { cause }),
  })
}
