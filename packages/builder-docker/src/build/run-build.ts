/** Runs one build on the engine, by BuildKit where the engine has it. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { dockerAnswer, type RegistryCredentials } from '@hop3/core/docker'
import { virtualFile, type ContextEntry } from '../context/context-entry.ts'
import type { DockerfileText } from '../context/context-tar.ts'
import { postStream } from '../engine/dial.ts'
import { engineMessage, isAtLeast, type Engine } from '../engine/engine.ts'
import { headerValue } from '../registry/header-value.ts'
import { parseReference } from '../registry/reference.ts'
import { dockerfileInstructions } from './dockerfile-lines.ts'
import { answerLines } from './answer-lines.ts'
import { readTrace } from './trace.ts'
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
  readonly credentials: (registry: string) => Promise<RegistryCredentials | undefined>
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
  // What the rules of a .dockerignore leave out has been left out: the engine gets to see none.
  const name = dockerfile.path.split('/').at(-1) ?? 'Dockerfile'
  const directories = { context: entries, dockerfile: [virtualFile(name, dockerfile.text)] }
  const session = await openSession({ engine, directories, secret, credentials, sharedKey, signal })
  const id = randomBytes(16).toString('hex')
  const stop = stopOnAbort(signal, () => cancel(engine, id))
  try {
    const query = { ...commonQuery(build), dockerfile: name, version: 2, session: session.id, remote: 'client-session', buildid: id }
    const outcome = await follow(build, query, { end: stop.end })
    if (outcome.isBuilt) return outcome
    return { ...outcome, missingSecrets: session.missingSecrets(), cause: session.failure() ?? outcome.cause }
  } finally {
    stop.dispose()
    session.close()
  }
}

async function runClassic(build: ImageBuild): Promise<BuildOutcome> {
  const { classicContext } = await import('../context/context-tar.ts')
  const { body, dockerfile } = classicContext(build.entries, build.dockerfile)
  const containers: string[] = []
  try {
    const query = { ...commonQuery(build), dockerfile, version: 1, rm: true, forcerm: true }
    const headers = await registryHeaders(build)
    return await follow(build, query, { end: build.signal, body, headers, onContainer: (id) => containers.push(id) })
  } finally {
    body.destroy()
    // The engine ends and removes it when the connection has gone, in its own time.
    const last = containers.at(-1)
    if (build.signal.aborted && last !== undefined) await containerGone(build.engine, last)
  }
}

/** This builder asks nobody: it is told what it needs for the images the Dockerfile begins with. */
async function registryHeaders({ dockerfile, credentials }: ImageBuild): Promise<Readonly<Record<string, string>>> {
  const from = dockerfileInstructions(dockerfile.text).filter(({ keyword }) => keyword === 'FROM')
  const registries = new Set(
    from.map(({ text }) => parseReference(text.replace(/^--\S+\s+/, '').split(/\s/)[0] ?? '')?.registry ?? 'docker.io'),
  )
  const config: Record<string, unknown> = {}
  for (const registry of registries) {
    const found = await credentials(registry)
    const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
    if (found !== undefined)
      config[server] = found.username === '' ? { identitytoken: found.secret } : { username: found.username, password: found.secret }
  }
  return Object.keys(config).length === 0 ? {} : { 'X-Registry-Config': headerValue(config) }
}

/** Milliseconds an engine has to say that it was told, and to end the build. */
const answers = 2_000
const patience = 15_000

interface Stop {
  /** Aborts the connection, when asking the engine has not helped. */
  readonly end: AbortSignal
  readonly dispose: () => void
}

/** Asks the engine to stop, and lets the build's own answer end, so that what it ran has ended, too. One that is stuck is not waited for. */
function stopOnAbort(signal: AbortSignal, ask: () => Promise<boolean>): Stop {
  const end = new AbortController()
  let again: NodeJS.Timeout | undefined
  let last: NodeJS.Timeout | undefined
  const stop = (): void => {
    void ask().then((isHeard) => {
      if (!isHeard) end.abort()
    })
    // A build that has just been asked for may not be known by its name yet.
    again = setInterval(() => void ask(), 250)
    last = setTimeout(() => end.abort(), patience)
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  return {
    end: end.signal,
    dispose() {
      signal.removeEventListener('abort', stop)
      clearInterval(again)
      clearTimeout(last)
    },
  }
}

/** Whether it has answered: that it knows no such build is an answer, too. */
async function cancel({ host }: Engine, id: string): Promise<boolean> {
  const asking = dockerAnswer(host, { method: 'POST', path: `/build/cancel?id=${id}`, within: answers / 1000 })
  return asking.then(
    () => true,
    () => false,
  )
}

async function containerGone({ docker }: Engine, id: string): Promise<void> {
  const abortSignal = AbortSignal.timeout(patience)
  await docker
    .getContainer(id)
    .wait({ condition: 'removed', abortSignal })
    .catch(() => {}) // gone already, which is as well
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

interface Connection {
  readonly end: AbortSignal
  readonly body?: Readable
  readonly headers?: Readonly<Record<string, string>>
  readonly onContainer?: (id: string) => void
}

async function follow(
  build: ImageBuild,
  query: Readonly<Record<string, unknown>>,
  { end, body, headers, onContainer }: Connection,
): Promise<BuildOutcome> {
  const { engine, events, signal } = build
  let imageId = ''
  let failure: string | undefined
  const trace = build.useBuildKit ? readTrace(events) : () => {}
  const classic = readClassic(events, onContainer)
  try {
    const answer = await postStream(engine.docker, {
      path: '/build',
      query,
      body: body ?? emptyBody(),
      signal: end,
      ...(headers && { headers }),
    })
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
