/** How images travel in bundles: as the engine saves and loads them. */
import { Readable } from 'node:stream'
import { hop3Error, visible, type ArtifactStore, type BuildArtifact, type StoreContext } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { inspectImage, type ImageFacts } from './describe-image.ts'
import { connectEngine, engineError, statusOf, type Engine } from './engine/engine.ts'
import { withoutNames } from './image-names.ts'

export function createImageStore(context: StoreContext): ArtifactStore {
  return {
    save: (artifact) => savedImage(artifact, context),
    check: (artifact) => withEngine(context, 'be asked', (engine) => checkPlatform(artifact, engine)),
    load: (artifact, bytes) => withEngine(context, 'load the image', (engine) => loadImage(artifact, bytes, engine, context)),
  }
}

async function* savedImage(artifact: BuildArtifact, { env }: StoreContext): AsyncGenerator<Uint8Array> {
  const engine = await connectEngine(env)
  const name = idOf(artifact) ?? artifact.location
  try {
    // By its id, so that no name of this engine goes along.
    const { id } = await inspectImage(engine, name)
    yield* Readable.from(await engine.docker.getImage(id).get(), { objectMode: false })
  } catch (error) {
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

async function withEngine<T>({ env }: StoreContext, attempted: string, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await connectEngine(env)
  try {
    return await work(engine)
  } catch (error) {
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
  const id = await sendImage(bytes, engine, signal)
  const image = await inspectImage(engine, id)
  if (!isTheImage(artifact, image)) {
    // One that was here before under a name stays.
    await engine.docker
      .getImage(id)
      .remove()
      .catch(() => {})
    throw notTheImage(artifact, `its layers are others (${id})`)
  }
  const name = { repo: `hop3/${artifact.appName}`, tag: String(artifact.metadata['release']) }
  await engine.docker.getImage(id).tag(name)
  const facts = artifact.metadata['image']
  const here = { ...(isObject(facts) ? facts : {}), id: image.id, tag: `${name.repo}:${name.tag}` }
  return { ...artifact, location: image.id, metadata: { ...artifact.metadata, image: here } }
}

/** Resolves to the id of what was loaded. The last bytes are sent only when all are known to be right. */
async function sendImage(bytes: AsyncIterable<Uint8Array>, { docker }: Engine, signal: AbortSignal): Promise<string> {
  const ended = new AbortController()
  let problem: unknown
  const body = Readable.from(withoutNames(bytes), { objectMode: false })
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

/** Engines that keep images in another way give them other ids; their layers are the same. */
function isTheImage(artifact: BuildArtifact, { id, layers }: ImageFacts): boolean {
  const facts = artifact.metadata['image']
  const known = isObject(facts) && Array.isArray(facts['layers']) ? facts['layers'] : undefined
  if (known === undefined) return id === (idOf(artifact) ?? id)
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
