import {
  freeze,
  plainWords,
  readArtifact,
  type ArtifactMetadata,
  type BuildArtifact,
  type CacheOutcome,
  type Decision,
  type RuntimeConfig,
} from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { planDigest, resolveRuntime } from '@hop3/planner'
import { join } from 'node:path'
import type { BuildInput } from './build-input.ts'
import type { BuildSession } from './build-session.ts'
import { imageWorkers } from './dockerfile/dockerfile.ts'
import { imageCommand, type ImageFacts } from './describe-image.ts'
import { imagePort } from './image-port.ts'
import type { StepOutcome } from './build/step-log.ts'
import type { PushedImage } from './registry/push-image.ts'
import { writeImageSupplyChain, type BuiltImage } from './supply-chain.ts'

export interface ArtifactRequest extends BuiltImage {
  readonly tag: string
  /** Where it was pushed to. */
  readonly pushed?: PushedImage
  readonly fingerprint: string
}

/** The artifact of a finished build: the image's own configuration, overridden by what the app's says. */
export async function describeArtifact(request: ArtifactRequest): Promise<BuildArtifact> {
  const { session, input, image, pushed, fingerprint } = request
  const { context } = session
  const { workers, argv, decisions } = workersOf(request)
  const base = input.planned === undefined ? ownRuntime(session, image) : plannedRuntime(input, image)
  const port = portOf(request, workers['web'])
  const metadata: ArtifactMetadata & Readonly<Record<string, unknown>> = {
    schema: 1,
    release: context.release.id,
    fingerprint,
    ...(input.planned === undefined
      ? {}
      : { toolchains: input.planned.toolchains, plan_digest: planDigest(input.planned.plan), spa: input.planned.spa }),
    ...(await writeImageSupplyChain(request)),
    decisions: [...(input.planned?.decisions ?? []), ...decisions, ...(port === undefined ? [] : [port])],
    cache: request.steps.filter(({ step }) => /^\[.*\d+\/\d+\] /.test(step)).map(cacheOutcome),
    workers_argv: argv,
    ...(port === undefined ? {} : { port: Number(port.value) }),
    ...(image.ports.length === 0 ? {} : { ports: image.ports }),
    ...(image.healthcheck === undefined ? {} : { healthcheck: image.healthcheck }),
    image: await imageMetadata(request),
  }
  return freeze({
    kind: 'docker-image',
    location: pushed?.location ?? image.id,
    runtime: { ...base, workers },
    builder: 'docker',
    appName: context.appName,
    builtAt: context.clock.now().toISOString(),
    buildId: context.release.buildId,
    metadata: { ...metadata },
  })
}

function portOf({ session, input, image }: ArtifactRequest, command = ''): Decision | undefined {
  const port = imagePort({ exposed: image.ports, variable: image.portVariable, command, dockerfile: input.dockerfile })
  if (port !== undefined && image.ports.length !== 1) session.context.log.info(`The app listens on port ${port.value} (${port.origin}).`)
  return port
}

function ownRuntime({ context }: BuildSession, image: ImageFacts): RuntimeConfig {
  const { runtime, env } = context.config
  const literals = Object.entries(env).flatMap(([name, value]) => (value.kind === 'literal' ? [[name, value.value] as const] : []))
  return {
    envVars: Object.fromEntries(literals),
    pathPrepend: [],
    workingDir: image.workingDir,
    workers: {},
    beforeRun: [...(runtime.beforeRun ?? [])],
    staticPaths: { ...runtime.staticPaths },
    healthcheckPath: runtime.healthcheckPath ?? '',
    healthcheckTimeout: runtime.healthcheckTimeout ?? 30,
  }
}

/** Paths in the image: PATH and the variables of paths are in its ENV. */
function plannedRuntime({ planned }: BuildInput, image: ImageFacts): RuntimeConfig {
  if (planned === undefined) throw new Error('there is no plan')
  const runtime = resolveRuntime(planned, '/app')
  return { ...runtime, workingDir: image.workingDir }
}

interface Workers {
  readonly workers: Readonly<Record<string, string>>
  readonly argv: Readonly<Record<string, readonly string[]>>
  readonly decisions: readonly Decision[]
}

/** Those of hop3.toml, the Procfile and the plan, and `web` as the image starts by itself when nothing else says what it is. */
function workersOf({ session, input, image }: ArtifactRequest): Workers {
  if (input.planned !== undefined) return { ...imageWorkers(input.planned), decisions: [] }
  const named = Object.entries(session.context.config.runtime.workers)
  const words = named.flatMap(([name, command]) => {
    const plain = name.startsWith('cron') ? undefined : plainWords(command)
    return plain === undefined ? [] : [[name, plain] as const]
  })
  const workers = Object.fromEntries(named)
  const argv = Object.fromEntries(words)
  const own = imageCommand(image)
  if (own === undefined || workers['web'] !== undefined) return { workers, argv, decisions: [] }
  const decision = { key: 'processes.web', value: own.line, origin: `${input.dockerfile.path}: ENTRYPOINT and CMD` }
  return {
    workers: { web: own.line, ...workers },
    argv: { ...(own.argv !== undefined && { web: own.argv }), ...argv },
    decisions: [decision],
  }
}

function cacheOutcome({ step, isCached }: StepOutcome): CacheOutcome {
  return { phase: step, outcome: isCached ? 'hit' : 'miss', reasons: isCached ? ['the engine had it'] : ['the engine ran it'] }
}

async function imageMetadata({ session, input, image, tag, pushed, builder }: ArtifactRequest): Promise<Readonly<Record<string, unknown>>> {
  const before = await layersBefore(session)
  const kept = before === undefined ? 0 : image.layers.findIndex((layer, index) => before.layers[index] !== layer)
  const same = kept === -1 ? image.layers.length : kept
  return {
    id: image.id,
    tag,
    ...(pushed === undefined ? {} : { pushed: pushed.tag }),
    builder,
    platform: `${image.os}/${image.architecture}`,
    size: image.size,
    layers: image.layers,
    user: image.user,
    env_names: image.envNames,
    ...(image.stopSignal === undefined ? {} : { stop_signal: image.stopSignal }),
    ...(image.volumes.length === 0 ? {} : { volumes: image.volumes }),
    ...(input.baseImages.length === 0 ? {} : { base_images: input.baseImages }),
    ...(before === undefined
      ? {}
      : { changed: { since: before.release, layers_kept: same, layers_new: image.layers.length - same, size: image.size - before.size } }),
  }
}

async function layersBefore({ context }: BuildSession): Promise<{ release: string; layers: readonly unknown[]; size: number } | undefined> {
  if (context.current === undefined) return undefined
  const artifact = await readArtifact(join(context.current.path, 'BUILD_ARTIFACT.json')).catch(() => undefined)
  const image = artifact?.metadata['image']
  if (!isObject(image) || !Array.isArray(image['layers'])) return undefined
  return { release: context.current.id, layers: image['layers'], size: Number(image['size']) }
}
