/** Says what an image consists of and how it came about: beside the artifact, never in the image, which stays the same. */
import { hash } from 'node:crypto'
import type { ArtifactMetadata } from '@hop3/core'
import { formatPlan } from '@hop3/planner'
import { gitSha } from '@hop3/planner/source-tree'
import { readComponents, writeSupplyChain, type Recipe } from '@hop3/planner/supply-chain'
import { describeImages, usedImages } from './base-images.ts'
import type { BuildInput } from './build-input.ts'
import type { BuildSession } from './build-session.ts'
import type { StepOutcome } from './build/step-log.ts'
import { openFileHashes } from './context/file-hashes.ts'
import type { ImageFacts } from './describe-image.ts'
import type { Engine } from './engine/engine.ts'
import { filesDigest } from './fingerprint.ts'

export interface BuiltImage {
  readonly session: BuildSession
  readonly engine: Engine
  readonly input: BuildInput
  readonly image: ImageFacts
  readonly steps: readonly StepOutcome[]
  readonly builder: 'buildkit' | 'classic'
  /** ISO 8601. */
  readonly startedOn: string
}

/** The subject is the image's id. Lockfiles are those its build could read: what an image has installed, no build looks into. */
export async function writeImageSupplyChain(
  built: BuiltImage,
): Promise<Pick<ArtifactMetadata, 'source_digest' | 'git_sha' | 'sbom' | 'provenance'>> {
  const { session, engine, input, image, steps, startedOn } = built
  const { appName, release, clock, cachePath, sourcePath } = session.context
  const source = filesDigest(input.entries, await openFileHashes(cachePath, session.root, clock))
  const sha = await gitSha(sourcePath)
  const platform = `${image.os}/${image.architecture}`
  const used = usedImages(
    steps.map(({ step }) => step),
    input.dockerfile.text,
  )
  const files = await writeSupplyChain({
    releasePath: release.path,
    components: await readComponents(input.root, new Set(input.entries.map(({ path }) => path))),
    appName,
    builder: 'docker',
    subject: { name: appName, sha256: image.id.replace('sha256:', '') },
    source: { sha256: source, ...(sha === undefined ? {} : { gitCommit: sha }) },
    recipe: recipeOf(input),
    parameters: parametersOf(built),
    buildId: release.buildId,
    startedOn,
    finishedOn: clock.now().toISOString(),
    platform,
    dependencies: await describeImages(used, engine, platform),
  })
  return { source_digest: `sha256:${source}`, ...(sha === undefined ? {} : { git_sha: sha }), ...files }
}

function recipeOf({ planned, dockerfile }: BuildInput): readonly Recipe[] {
  const own: Recipe = { kind: 'dockerfile', name: dockerfile.path, sha256: hash('sha256', dockerfile.text, 'hex') }
  if (planned === undefined) return [own]
  return [{ kind: 'plan', name: 'plan.json', sha256: hash('sha256', formatPlan(planned.plan), 'hex') }, own]
}

/** Of build arguments and secrets the names alone. */
function parametersOf({ session, input, builder }: BuiltImage): Readonly<Record<string, unknown>> {
  const { target, platform, args, network } = session.options
  const epoch = session.context.env['SOURCE_DATE_EPOCH']
  const names = Object.keys(args).toSorted()
  return {
    engineBuilder: builder,
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    ...(network === undefined ? {} : { network }),
    ...(names.length === 0 ? {} : { buildArguments: names }),
    ...(input.secrets.length === 0 ? {} : { secrets: [...input.secrets].toSorted() }),
    ...(epoch === undefined ? {} : { sourceDateEpoch: epoch }),
  }
}
