/** One build, from the source to the artifact. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, toHop3Error, type BuildArtifact, type Log } from '@hop3/core'
import { dockerLost } from '@hop3/core/docker'
import { formatPlan } from '@hop3/planner'
import { readInput, sourceKey, type BuildInput } from './build-input.ts'
import type { BuildSession } from './build-session.ts'
import { buildFailure } from './build/build-failure.ts'
import { needsBuildKit } from './build/needs-buildkit.ts'
import { isSyntaxUnreachable, syntaxLine } from './build/dockerfile-syntax.ts'
import { hasBuildKit, runBuild, type BuildOutcome, type ImageBuild } from './build/run-build.ts'
import { openStepLog, type StepLog } from './build/step-log.ts'
import { describeArtifact } from './describe-artifact.ts'
import { inspectImage, type ImageFacts } from './describe-image.ts'
import { connectEngine, engineError, isEngineError, isGone, untagImage, type Engine } from './engine/engine.ts'
import { imageNames, type ImageNames } from './engine/image-names.ts'
import type { PushedImage } from './registry/push-image.ts'
import { fingerprintOf, wantsBuildKit } from './fingerprint.ts'

/** See `Builder.build`. */
export async function buildApp(session: BuildSession): Promise<BuildArtifact> {
  const { context } = session
  context.signal.throwIfAborted()
  const engine = await connectEngine(context)
  try {
    return await buildOn(session, engine)
  } catch (error) {
    if (context.signal.aborted) throw error
    if (isEngineError(error, engine.host)) throw engineError(error, engine.host, `build ${context.appName}`)
    throw toHop3Error(error, `Cannot build ${context.appName}`)
  } finally {
    engine.close()
  }
}

async function buildOn(session: BuildSession, engine: Engine): Promise<BuildArtifact> {
  const { context } = session
  const startedOn = context.clock.now().toISOString()
  const useBuildKit = wantsBuildKit(session) && hasBuildKit(engine)
  const input = await readInput(session, useBuildKit)
  const isTooNew = useBuildKit ? undefined : needsBuildKit({ engine, dockerfile: input.dockerfile, asked: whoAskedForClassic(session) })
  if (isTooNew !== undefined) throw isTooNew
  await announce(session, input, engine)
  const fingerprint = await fingerprintOf(session, input)
  const secrets = input.secrets.flatMap((name) => context.secret(name) ?? [])
  const log = openStepLog({ path: join(context.release.path, 'build.log'), log: context.log, clock: context.clock, secrets })
  const tag = `hop3/${context.appName}:${context.release.id}`
  const names = imageNames(engine, context.log)
  try {
    const id = await withTimeout(session, (signal) => runSteps({ session, engine, input, useBuildKit, tag, log, signal }))
    const image = await inspectImage(engine, id)
    checkRuns(image, input, session)
    const pushed = await pushIfAsked(session, engine, names, id)
    const builder = useBuildKit ? 'buildkit' : 'classic'
    return await describeArtifact({ session, engine, input, image, tag, fingerprint, steps: log.steps(), builder, startedOn, ...pushed })
  } catch (error) {
    // The release comes to nothing, and so do its image and its names. What its steps made stays in the engine's cache.
    await names.restore()
    await untagImage(engine, tag).catch(() => {})
    throw error
  } finally {
    log.close()
  }
}

function whoAskedForClassic({ context, options }: BuildSession): string | undefined {
  if (options.buildkit === false) return context.config.origins['build.docker.buildkit'] ?? '[build.docker] buildkit = false'
  return wantsBuildKit({ context, options }) ? undefined : 'DOCKER_BUILDKIT=0'
}

interface Steps {
  readonly session: BuildSession
  readonly engine: Engine
  readonly input: BuildInput
  readonly useBuildKit: boolean
  readonly tag: string
  readonly log: StepLog
  readonly signal: AbortSignal
}

/** Throws `build.timeout` when `[build.docker] timeout` is over. */
async function withTimeout<T>({ context, options }: BuildSession, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { timeout } = options
  const limit = AbortSignal.timeout(timeout * 1_000)
  try {
    return await work(AbortSignal.any([context.signal, limit]))
  } catch (error) {
    if (context.signal.aborted || !limit.aborted) throw error
    throw hop3Error('build.timeout', `Building the image of ${context.appName} took longer than ${timeout} seconds, and was stopped.`, {
      hint: `Find out what it waits for with --verbose, or write \`timeout = ${timeout * 2}\` into [build.docker] of hop3.toml.`,
    })
  }
}

async function runSteps({ session, engine, input, useBuildKit, tag, log, signal }: Steps): Promise<string> {
  const { context } = session
  const { args, target, platform, network, pull, cache } = session.options
  const offered = new Set(input.secrets)
  const epoch = context.env['SOURCE_DATE_EPOCH']
  const common = { engine, useBuildKit, target, platform }
  const request: ImageBuild = {
    ...common,
    entries: input.entries,
    dockerfile: input.dockerfile,
    tag,
    args: { ...(epoch === undefined ? {} : { SOURCE_DATE_EPOCH: epoch }), ...args },
    labels: { 'hop3.app': context.appName },
    network,
    pull,
    cache,
    secret: (name) => (offered.has(name) ? context.secret(name) : undefined),
    credentials: async (registry) => (await import('./registry/credentials-to-read.ts')).credentialsToRead(registry, context),
    sharedKey: sourceKey(session),
    events: log.events,
    signal,
  }
  const first = await runBuild(request)
  const outcome = (await withoutSyntax(request, first, log, context.log)) ?? first
  if (outcome.isBuilt) return outcome.imageId
  if (wasCutOff.test(outcome.message) && (await isGone(engine))) throw dockerLost(engine.host, outcome.cause)
  throw buildFailure({ ...common, ...outcome, step: log.failed(), dockerfile: input.dockerfile, args })
}

/** What a step that was killed, and BuildKit when it ends, leave behind. */
const wasCutOff =
  /code: (?:137|143)\b|cancell?ed|runtime create failed|containerd|shutting down|connection|unexpected EOF|error reading from server|transport is closing/

/** Every engine with BuildKit reads Dockerfiles itself, too: one that cannot fetch the reader of `# syntax=` builds all the same. */
async function withoutSyntax(request: ImageBuild, first: BuildOutcome, steps: StepLog, log: Log): Promise<BuildOutcome | undefined> {
  const { dockerfile } = request
  const syntax = syntaxLine(dockerfile.text)
  if (first.isBuilt || syntax === undefined || !isSyntaxUnreachable(first.message, syntax)) return undefined
  log.warn(
    `${dockerfile.path}:${syntax.line}: the engine cannot get ${syntax.image} from its registry, and reads the Dockerfile by what it has itself.`,
  )
  steps.forget()
  return runBuild({ ...request, dockerfile: { ...dockerfile, text: syntax.without } })
}

async function pushIfAsked(
  { context, options }: BuildSession,
  engine: Engine,
  names: ImageNames,
  imageId: string,
): Promise<{ readonly pushed?: PushedImage }> {
  const target = options.push
  if (target === undefined) return {}
  const { pushImage } = await import('./registry/push-image.ts')
  const origin = context.config.origins['build.docker.push'] ?? '[build.docker] push'
  return { pushed: await pushImage({ engine, names, imageId, target, origin, defaultTag: context.release.id, context }) }
}

const large = 500 * 1024 * 1024

async function announce({ context }: BuildSession, input: BuildInput, { facts, host }: Engine): Promise<void> {
  const { log, release } = context
  for (const warning of input.warnings) log.warn(warning)
  if (input.left.length > 0)
    log.warn(`Left out, because no image can hold them (sockets, pipes, devices): ${input.left.slice(0, 5).join(', ')}.`)
  const files = input.entries.flatMap((entry) => (entry.kind === 'file' ? [entry] : []))
  const size = files.reduce((sum, file) => sum + file.size, 0)
  if (size > large) {
    const largest = files.toSorted((one, other) => other.size - one.size).slice(0, 3)
    log.warn(
      `The build may read ${megabytes(size)}, among it ${largest.map((file) => `${file.path} (${megabytes(file.size)})`).join(', ')}. What it does not need can be named in .dockerignore.`,
    )
  }
  log.debug(`${files.length} files, ${megabytes(size)}, for the engine ${facts.version} at ${host.address}`)
  if (input.planned === undefined) return
  await writeFile(join(release.path, 'plan.json'), formatPlan(input.planned.plan))
  await writeFile(join(release.path, 'Dockerfile'), input.dockerfile.text)
}

/** An image that starts nothing, of an app that says nothing, would only be found out by its deploy. */
function checkRuns(image: ImageFacts, { planned, dockerfile }: BuildInput, { context }: BuildSession): void {
  const workers = planned?.runtime.workers ?? context.config.runtime.workers
  if (image.entrypoint.length + image.command.length > 0 || Object.keys(workers).length > 0) return
  throw hop3Error(
    'build.nothing-to-start',
    `The image of ${context.appName} starts nothing: it has no CMD or ENTRYPOINT, and no worker is named.`,
    {
      hint: `Add \`CMD ["./start"]\` to ${dockerfile.path}, or a Procfile with a line such as \`web: ./start\`.`,
    },
  )
}

function megabytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.round(bytes / 1024 / 1024)} MiB`
}
