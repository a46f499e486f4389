/** How images travel in bundles: as the engine saves and loads them. */
import { Readable } from 'node:stream'
import { hop3Error, visible, type ArtifactStore, type BuildArtifact, type StoreContext } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { inspectImage, type ImageFacts } from './describe-image.ts'
import { getStream } from './engine/dial.ts'
import { connectEngine, engineError, statusOf, tagImage, untagImage, type Engine } from './engine/engine.ts'
import { removeImage } from './remove-image.ts'
import { withoutNames } from './saved-image.ts'

export function createImageStore(context: StoreContext): ArtifactStore {
  return {
    save: (artifact) => savedImage(artifact, context),
    check: (artifact) => withEngine(context, 'be asked', (engine) => checkPlatform(artifact, engine)),
    load: (artifact, bytes) => withEngine(context, 'load the image', (engine) => loadImage(artifact, bytes, engine, context)),
    remove: (leaving) => removeImage(leaving, context),
  }
}

async function* savedImage(artifact: BuildArtifact, context: StoreContext): AsyncGenerator<Uint8Array> {
  const { signal } = context
  const engine = await connectEngine(context)
  const name = idOf(artifact) ?? artifact.location
  try {
    // By its id, so that no name of this engine goes along.
    const { id } = await inspectImage(engine, name)
    yield* await getStream(engine.docker, { path: `/images/${id}/get`, signal })
  } catch (error) {
    signal.throwIfAborted()
    if (statusOf(error) !== 404) throw engineError(error, engine.host, 'save the image')
    throw hop3Error('artifact.missing', `The image ${visible(name)} is not in the container engine at ${engine.host.address}.`, {
      hint: 'Build the app again: `hop3 build`.',
      details: { image: name },
      cause: error,
    })
  } finally {
    engine.close()
  }
}

async function withEngine<T>(context: StoreContext, attempted: string, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await connectEngine(context)
  try {
    return await work(engine)
  } catch (error) {
    context.signal.throwIfAborted()
    throw engineError(error, engine.host, attempted)
  } finally {
    engine.close()
  }
}

async function checkPlatform(artifact: BuildArtifact, { facts, host }: Engine): Promise<void> {
  const image = artifact.metadata['image']
  const platform = isObject(image) && typeof image['platform'] === 'string' ? image['platform'] : undefined
  if (platform === undefined || platform === `${facts.os}/${facts.arch}`) return
  throw hop3Error(
    'artifact.foreign',
    `The image is for ${platform}; the container engine at ${host.address} is ${facts.os}/${facts.arch}.`,
    {
      hint: 'Build it for that platform (`[build.docker] platform`), or import it where it runs.',
      details: { platform },
    },
  )
}

/** The tag is that of an image which this host has built. */
async function loadImage(
  artifact: BuildArtifact,
  bytes: AsyncIterable<Uint8Array>,
  engine: Engine,
  { signal }: StoreContext,
): Promise<BuildArtifact> {
  const ids = new Set<string>()
  const before = await engine.ask({ method: 'GET', path: '/images/json?all=true' })
  const id = await sendImage(withoutNames(bytes, ids), engine, signal)
  const image = await inspectImage(engine, id)
  const isNamed = image.id === idOf(artifact) || ids.has(idOf(artifact) ?? image.id)
  if (!isNamed || !hasItsLayers(artifact, image)) {
    // Removing by its id an image that was here would remove it with the one name it has.
    const wasHere = Array.isArray(before) && before.some((one) => isObject(one) && one['Id'] === image.id)
    if (!wasHere) await untagImage(engine, id).catch(() => {})
    throw notTheImage(artifact, isNamed ? `its layers are others (${id})` : `that one is ${id}`)
  }
  const name = { repo: `hop3/${artifact.appName}`, tag: String(artifact.metadata['release']) }
  await tagImage(engine, id, name)
  const facts = artifact.metadata['image']
  // Where it was pushed to is a name of the host it comes from.
  const { pushed: _, ...kept } = isObject(facts) ? facts : {}
  const here = { ...kept, id: image.id, tag: `${name.repo}:${name.tag}` }
  return { ...artifact, location: image.id, metadata: { ...artifact.metadata, image: here } }
}

/** Resolves to the id of what was loaded. The last bytes are sent only when all are known to be right. */
async function sendImage(bytes: AsyncIterable<Uint8Array>, { docker }: Engine, signal: AbortSignal): Promise<string> {
  const ended = new AbortController()
  let problem: unknown
  const body = Readable.from(bytes, { objectMode: false })
  // The library would wait for ever for the rest of a body that has failed.
  body.once('error', (error) => {
    problem = error
    ended.abort()
  })
  try {
    const answer = await docker.loadImage(body, { quiet: true, abortSignal: AbortSignal.any([signal, ended.signal]) })
    let text = ''
    for await (const piece of answer) text += piece.toString()
    return loadedId(text)
  } catch (error) {
    throw problem ?? error
  } finally {
    body.destroy()
  }
}

/** Lines of JSON: `{"stream":"Loaded image ID: sha256:…\n"}`, or an error. */
function loadedId(text: string): string {
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const said = parseJson(line)
    if (isObject(said) && typeof said['error'] === 'string') throw new Error(said['error'])
    const id = isObject(said) ? /^Loaded image(?: ID)?: (\S+)$/m.exec(String(said['stream']))?.[1] : undefined
    if (id !== undefined) return id
  }
  throw new Error(`it did not say what it loaded: ${visible(text)}`)
}

function hasItsLayers(artifact: BuildArtifact, { layers }: ImageFacts): boolean {
  const facts = artifact.metadata['image']
  const known = isObject(facts) && Array.isArray(facts['layers']) ? facts['layers'] : layers
  return known.length === layers.length && known.every((layer, index) => layer === layers[index])
}

function idOf({ location, metadata: { image } }: BuildArtifact): string | undefined {
  if (isObject(image) && typeof image['id'] === 'string') return image['id']
  return location.startsWith('sha256:') ? location : undefined
}

function notTheImage({ location }: BuildArtifact, reason: string): Error {
  return hop3Error('artifact.damaged', `The bundle holds another image than ${visible(location)}: ${reason}.`, {
    hint: 'Export the release again.',
    details: { location },
  })
}
