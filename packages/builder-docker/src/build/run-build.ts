/** Runs one build on the engine, by BuildKit where the engine has it. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ContextEntry } from '../context/context-entry.ts'
import type { DockerfileText } from '../context/context-tar.ts'
import { postStream } from '../engine/dial.ts'
import { engineMessage, isAtLeast, type Engine } from '../engine/engine.ts'
import type { Credentials } from '../session/session.ts'
import { answerLines } from './answer-lines.ts'
import { readClassic } from './classic-progress.ts'
import type { BuildEvents } from './progress.ts'

export interface ImageBuild {
  readonly engine: Engine
  readonly useBuildKit: boolean
  readonly entries: readonly ContextEntry[]
  readonly dockerfile: DockerfileText
  readonly tag: string
  readonly target: string | undefined
  readonly platform: string | undefined
  readonly args: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly network: string | undefined
  readonly pull: boolean
  readonly cache: boolean
  readonly secret: (id: string) => string | undefined
  readonly credentials: (registry: string) => Promise<Credentials | undefined>
  readonly sharedKey: string
  readonly events: BuildEvents
  readonly signal: AbortSignal
}

export type BuildOutcome =
  | { readonly isBuilt: true; readonly imageId: string }
  | { readonly isBuilt: false; readonly message: string; readonly missingSecrets: readonly string[]; readonly cause: unknown }

/** Whether this engine's API gives BuildKit. */
export function hasBuildKit({ facts }: Engine): boolean {
  return !facts.isPodman && facts.os === 'linux' && isAtLeast(facts, '1.39')
}

/** A build that fails is an outcome. Throws errors of the connection, and the signal's reason. */
export async function runBuild(build: ImageBuild): Promise<BuildOutcome> {
  return build.useBuildKit ? runBuildKit(build) : runClassic(build)
}

async function runBuildKit(build: ImageBuild): Promise<BuildOutcome> {
  const { openSession } = await import('../session/session.ts')
  const { engine, entries, dockerfile, secret, credentials, sharedKey, signal } = build
  const { virtualFile } = await import('../context/context-entry.ts')
  // What the rules of a .dockerignore leave out has been left out: the engine gets to see none.
  const name = dockerfile.path.split('/').at(-1) ?? 'Dockerfile'
  const directories = { context: entries, dockerfile: [virtualFile(name, dockerfile.text)] }
  const session = await openSession({ engine, directories, secret, credentials, sharedKey })
  const buildId = randomBytes(16).toString('hex')
  try {
    const query = { ...commonQuery(build), dockerfile: name, version: 2, session: session.id, remote: 'client-session', buildid: buildId }
    const outcome = await follow(build, query)
    if (outcome.isBuilt) return outcome
    return { ...outcome, missingSecrets: session.missingSecrets(), cause: session.failure() ?? outcome.cause }
  } finally {
    if (signal.aborted) await cancel(engine, buildId)
    session.close()
  }
}

async function runClassic(build: ImageBuild): Promise<BuildOutcome> {
  const { classicContext } = await import('../context/context-tar.ts')
  const { body, dockerfile } = classicContext(build.entries, build.dockerfile)
  try {
    return await follow(build, { ...commonQuery(build), dockerfile, version: 1, rm: true, forcerm: true }, body)
  } finally {
    body.destroy()
  }
}

/** The connection's end does it too, but not before the engine has noticed. */
async function cancel({ docker }: Engine, id: string): Promise<void> {
  const answer = await postStream(docker, { path: '/build/cancel', query: { id } }).catch(() => undefined)
  answer?.resume()
}

function commonQuery({ tag, target, platform, args, labels, network, pull, cache }: ImageBuild): Readonly<Record<string, unknown>> {
  return {
    t: tag,
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    ...(network === undefined ? {} : { networkmode: network }),
    buildargs: JSON.stringify(args),
    labels: JSON.stringify(labels),
    ...(pull && { pull: true }),
    ...(!cache && { nocache: true }),
  }
}

async function follow(build: ImageBuild, query: Readonly<Record<string, unknown>>, body?: Readable): Promise<BuildOutcome> {
  const { engine, events, signal } = build
  let imageId = ''
  let failure: string | undefined
  const { readTrace } = await import('./trace.ts')
  const trace = readTrace(events)
  const classic = readClassic(events)
  try {
    const answer = await postStream(engine.docker, { path: '/build', query, body: body ?? emptyBody(), signal })
    for await (const message of answerLines(answer)) {
      const { id, aux } = message
      if (id === 'moby.buildkit.trace' && typeof aux === 'string') trace(aux)
      else if (isImage(aux)) imageId = aux.ID
      if (typeof message['error'] === 'string') failure = message['error']
      if (typeof message['stream'] === 'string') classic.stream(message['stream'])
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!isAnswer(error)) throw error
    failure = engineMessage(error)
  }
  signal.throwIfAborted()
  classic.end(failure)
  if (failure === undefined && imageId !== '') return { isBuilt: true, imageId }
  return { isBuilt: false, message: failure ?? 'the engine ended the build without an image', missingSecrets: [], cause: undefined }
}

/** The files come by the session. */
function emptyBody(): Readable {
  return Readable.from([])
}

function isImage(aux: unknown): aux is { readonly ID: string } {
  return typeof aux === 'object' && aux !== null && 'ID' in aux && typeof aux.ID === 'string'
}

function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error
}
