/** The end of a release's image: its names go, and the engine removes what has none left. Nobody else's image or name is touched. */
import type { BuildArtifact, LeavingRelease, StoreContext } from '@hop3/core'
import { dockerAnswer, findDockerHost, type DockerHost } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'
import { engineError, untagImage } from './engine/engine.ts'

/** See `ArtifactStore.remove`. dockerode is not loaded for it. */
export async function removeImage(leaving: LeavingRelease, { env, signal }: StoreContext): Promise<string | undefined> {
  const host = await findDockerHost(env)
  try {
    const own = `hop3/${leaving.appName}:${leaving.release}`
    const image = await readNames(own, host, signal)
    if (image === undefined) return undefined
    const ours = [...pushedNames(leaving.artifact, image), own]
    const others = image.names.filter((name) => !ours.includes(name) && !name.startsWith(`hop3/${leaving.appName}@`))
    // The other release was made from this one's artifact, and has no name of its own.
    if (leaving.sharedWith !== undefined && others.length === 0) return `${leaving.sharedWith} is made of the same image`
    const user = others.length === 0 ? await userOf(image.id, host, signal) : undefined
    if (user !== undefined) return `the container ${user} uses its image`
    const leaves = leaving.sharedWith === undefined ? ours : ours.filter((name) => name.endsWith(`:${leaving.release}`))
    for (const name of leaves) {
      const { status, body } = await untagImage({ host }, name)
      if (status === 409) return `the engine still needs its image: ${messageOf(body)}`
      if (status !== 200 && status !== 404) throw new Error(messageOf(body))
    }
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    throw engineError(error, host, `remove the image of ${leaving.release}`)
  } finally {
    host.close()
  }
}

interface NamedImage {
  readonly id: string
  /** With tags and with digests, as people write them. */
  readonly names: readonly string[]
}

async function readNames(name: string, host: DockerHost, signal: AbortSignal): Promise<NamedImage | undefined> {
  const { status, body } = await dockerAnswer(host, { method: 'GET', path: `/images/${encodeURIComponent(name)}/json`, signal })
  if (status === 404) return undefined
  if (status !== 200 || !isObject(body)) throw new Error(messageOf(body))
  const names = [body['RepoTags'], body['RepoDigests']].flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []))
  return { id: String(body['Id']), names: names.map(asWritten) }
}

/** Podman says where a name without a registry is; and gives what it has built digests under that name, too. */
const asWritten = (name: unknown): string => String(name).replace(/^(?:localhost|docker\.io)\//, '')

/** Where we have pushed it to. The tag may be another image's by now: then this one has it no more. */
function pushedNames(artifact: BuildArtifact | undefined, { names }: NamedImage): readonly string[] {
  const facts = artifact?.metadata['image']
  const tag = isObject(facts) ? facts['pushed'] : undefined
  return names.filter((name) => name === tag || name === artifact?.location)
}

/** Any container that is made of it, stopped ones too: a container cannot be started again without its image. */
async function userOf(id: string, host: DockerHost, signal: AbortSignal): Promise<string | undefined> {
  const filters = encodeURIComponent(JSON.stringify({ ancestor: [id] }))
  const { status, body } = await dockerAnswer(host, { method: 'GET', path: `/containers/json?all=true&filters=${filters}`, signal })
  if (status !== 200) throw new Error(messageOf(body))
  const first = firstOf(body)
  if (!isObject(first)) return undefined
  const name = firstOf(first['Names'])
  return typeof name === 'string' ? name.replace(/^\//, '') : String(first['Id']).slice(0, 12)
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}

function messageOf(body: unknown): string {
  return isObject(body) && typeof body['message'] === 'string' ? body['message'] : 'it did not say why'
}
