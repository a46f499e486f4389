/** Pushes an image to the registry `[build.docker] push` names, and makes sure that the registry has what was pushed. */
import { hop3Error, visible, type BuildContext } from '@hop3/core'
import { credentialsFor, type RegistryCredentials } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'
import { answerLines } from '../build/answer-lines.ts'
import { postStream } from '../engine/dial.ts'
import { engineError, engineMessage, statusOf, type Engine } from '../engine/engine.ts'
import type { ImageNames } from '../engine/image-names.ts'
import { headerValue } from './header-value.ts'
import { parseReference, type Reference } from './reference.ts'

export interface PushRequest {
  readonly engine: Engine
  /** Gives the pushed name, which stays given when the push fails: whoever ends the build restores it. */
  readonly names: ImageNames
  readonly imageId: string
  /** As it is written: `registry.example.com/team/app`, with a tag or without. */
  readonly target: string
  /** Where `target` was written. */
  readonly origin: string
  /** The tag where `target` has none. */
  readonly defaultTag: string
  readonly context: Pick<BuildContext, 'env' | 'loginEnv' | 'run' | 'signal' | 'log' | 'clock'>
}

export interface PushedImage {
  /** `registry/name@sha256:…`. */
  readonly location: string
  /** `registry/name:tag`. */
  readonly tag: string
}

/** Throws `build.push-denied`, `build.push-failed`, `environment.registry` and `config.invalid`. */
export async function pushImage(request: PushRequest): Promise<PushedImage> {
  const { engine, names, imageId, target, origin, defaultTag, context } = request
  const reference = parseReference(target)
  if (reference === undefined || reference.digest !== undefined) throw badTarget(target, origin)
  const { name, registry } = reference
  const tag = reference.tag ?? defaultTag
  const credentials = await credentialsFor(registry, context)
  const started = context.clock.monotonic()
  const log = context.log.child({ phase: 'push' })
  log.info(`push ${name}:${tag}`, { kind: 'begin' })
  try {
    await names.give(imageId, { repo: name, tag })
    const digest = await push({ ...request, reference, tag, credentials })
    await checkDigest({ ...request, reference, tag, credentials }, digest)
    log.info(`push ${name}:${tag}`, { kind: 'end', milliseconds: Math.round(context.clock.monotonic() - started), cached: false })
    return { location: `${name}@${digest}`, tag: `${name}:${tag}` }
  } catch (error) {
    context.signal.throwIfAborted()
    throw pushFailure(error, reference, engine, credentials !== undefined)
  }
}

interface Pushing extends PushRequest {
  readonly reference: Reference
  readonly tag: string
  readonly credentials: RegistryCredentials | undefined
}

async function push({ engine, reference: { name, registry }, tag, credentials, context }: Pushing): Promise<string> {
  const headers = { 'X-Registry-Auth': registryAuth(registry, credentials) }
  const answer = await postStream(engine.docker, { path: `/images/${name}/push`, query: { tag }, headers, signal: context.signal })
  let digest: string | undefined
  for await (const { error, aux } of answerLines(answer)) {
    if (typeof error === 'string') throw new Error(error)
    if (isObject(aux) && typeof aux['Digest'] === 'string') digest = aux['Digest']
  }
  if (digest === undefined) throw new Error('the engine did not say which digest it has pushed')
  return digest
}

/** What another push has put under the tag meanwhile, or a registry has made of it, is not what was built. */
async function checkDigest({ engine, reference: { name, registry }, tag, credentials }: Pushing, digest: string): Promise<void> {
  const headers = { 'X-Registry-Auth': registryAuth(registry, credentials) }
  const found = await engine.ask({ method: 'GET', path: `/distribution/${encodeURIComponent(`${name}@${digest}`)}/json`, headers })
  const descriptor = isObject(found) ? found['Descriptor'] : undefined
  const seen = isObject(descriptor) ? descriptor['digest'] : undefined
  if (seen === digest) return
  throw hop3Error('build.push-failed', `${name}:${tag} was pushed as ${digest}, but the registry has ${String(seen)}.`, {
    hint: 'Push again; when it stays so, something between this host and the registry changes images.',
    details: { pushed: digest },
  })
}

function authConfig(registry: string, { username, secret }: RegistryCredentials) {
  return username === '' ? { identitytoken: secret, serveraddress: registry } : { username, password: secret, serveraddress: registry }
}

function registryAuth(registry: string, credentials: RegistryCredentials | undefined): string {
  return headerValue(credentials === undefined ? {} : authConfig(registry, credentials))
}

function pushFailure(error: unknown, { name, registry }: Reference, engine: Engine, hasCredentials: boolean): Error {
  const said = engineMessage(error)
  if (/unauthorized|denied|authentication required|no basic auth|forbidden/i.test(said)) {
    const who = hasCredentials ? 'with what ~/.docker/config.json says' : 'and nobody has logged in there'
    return hop3Error('build.push-denied', `${registry} does not let this user push ${name}, ${who}: ${said}`, {
      hint: `Log in: \`docker login ${registry}\`, as the user who deploys.`,
      details: { registry, name },
      cause: error,
    })
  }
  if (
    /connection refused|no such host|i\/o timeout|network is unreachable|certificate|http: server gave HTTP response|EOF|Client\.Timeout/i.test(
      said,
    )
  ) {
    return hop3Error('environment.registry', `The engine cannot reach the registry ${registry}: ${said}`, {
      hint: `Check that \`docker pull ${name}\` gets an answer from it. A registry without TLS is named in the engine's \`insecure-registries\`.`,
      details: { registry, name },
      cause: error,
    })
  }
  if (statusOf(error) === undefined && error instanceof Error && 'code' in error) return engineError(error, engine.host, `push ${name}`)
  return hop3Error('build.push-failed', `${name} could not be pushed: ${said}`, {
    hint: 'The same command tries again, with the steps from the cache of the engine.',
    details: { registry, name },
    cause: error,
  })
}

function badTarget(target: string, origin: string): Error {
  return hop3Error('config.invalid', `${origin}: ${visible(target)} is no name an image can be pushed to.`, {
    hint: 'Write the registry, the name and, if it shall not be the release, the tag: `push = "registry.example.com/team/app"`.',
  })
}
