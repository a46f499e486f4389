import {
  freeze,
  type ArtifactMetadata,
  type BuildArtifact,
  type BuildContext,
  type CacheOutcome,
  type Platform,
  type RuntimeConfig,
} from '@hop3/core'
import { planDigest, resolveRuntime, type PlannedApp } from '@hop3/planner'
import { type SourceEntry, gitSha, sourceDigest } from '@hop3/planner/source-tree'
import { describeTree } from './supply-chain.ts'
import type { ProvidedTools } from './versions/provided-tools.ts'

export interface ArtifactRequest {
  readonly context: BuildContext
  readonly planned: PlannedApp
  readonly staged: readonly SourceEntry[]
  readonly fingerprint: string
  readonly cache: readonly CacheOutcome[]
  readonly platform: Platform
  readonly appRoot: string
  readonly sourcePath: string
  readonly tools: ProvidedTools
  readonly startedOn: string
}

/** The artifact of a finished build. */
export async function describeArtifact(request: ArtifactRequest): Promise<BuildArtifact> {
  const { context, planned, staged, fingerprint, cache, platform, appRoot, sourcePath, tools, startedOn } = request
  const sha = await gitSha(sourcePath)
  const source = sourceDigest(staged)
  const written = await describeTree({ context, planned, appRoot, source, sha, platform, tools, startedOn })
  const metadata: ArtifactMetadata & { readonly spa: boolean } = {
    schema: 1,
    release: context.release.id,
    fingerprint,
    toolchains: planned.toolchains,
    plan_digest: planDigest(planned.plan),
    source_digest: `sha256:${source}`,
    ...written,
    ...(sha === undefined ? {} : { git_sha: sha }),
    platform,
    decisions: [...planned.decisions, ...tools.decisions],
    cache,
    spa: planned.spa,
  }
  return freeze({
    kind: planned.kind,
    location: appRoot,
    runtime: withTools(resolveRuntime(planned, appRoot), tools),
    builder: 'local',
    appName: context.appName,
    builtAt: context.clock.now().toISOString(),
    buildId: context.release.buildId,
    metadata: { ...metadata },
  })
}

/** The app's own programs come first, and what its author sets wins. */
function withTools(runtime: RuntimeConfig, { runtime: { paths, variables } }: ProvidedTools): RuntimeConfig {
  return { ...runtime, envVars: { ...variables, ...runtime.envVars }, pathPrepend: [...runtime.pathPrepend, ...paths] }
}
