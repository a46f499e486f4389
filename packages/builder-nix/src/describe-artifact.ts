import { basename } from 'node:path'
import { freeze, hostPlatform, type ArtifactMetadata, type BuildArtifact } from '@hop3/core'
import { gitSha, sourceDigest } from '@hop3/planner/source-tree'
import type { BuildOutput } from './build-output.ts'
import { measureClosure } from './closure.ts'
import type { Evaluation } from './evaluate.ts'
import type { NixRuntime } from './runtime.ts'
import type { Sandbox } from './sandbox.ts'
import type { NixSession } from './session.ts'
import type { StagedSource } from './source.ts'
import { templates } from './templates/templates.ts'

export interface ArtifactRequest {
  readonly session: NixSession
  readonly staged: StagedSource
  /** Absent where nobody knows what the evaluation may read. */
  readonly fingerprint: string | undefined
  readonly evaluation: Evaluation
  readonly runtime: NixRuntime
  readonly sandbox: Sandbox | null
  readonly output: BuildOutput
}

/** The artifact of a finished build. Its id is the store's own: equal for equal packages. */
export async function describeArtifact(request: ArtifactRequest): Promise<BuildArtifact> {
  const { session, staged, fingerprint, evaluation, runtime, sandbox, output } = request
  const { context, file, options, root, template } = session
  const { app, nixpkgs } = evaluation
  const [sha, closure] = await Promise.all([gitSha(root), measureClosure(session)])
  const metadata: ArtifactMetadata & Readonly<Record<string, unknown>> = {
    schema: 1,
    release: context.release.id,
    ...(fingerprint !== undefined && { fingerprint }),
    source_digest: `sha256:${sourceDigest(staged.entries)}`,
    ...(sha !== undefined && { git_sha: sha }),
    platform: hostPlatform(),
    decisions: runtime.decisions,
    cache: [{ phase: 'nix', outcome: output.built().length === 0 ? 'hit' : 'miss', reasons: reasonsOf(output.built()) }],
    nix_file: file,
    ...(template !== undefined && { template, template_version: templates[template].version, tier: templates[template].tier }),
    nix: {
      derivation: app.drvPath,
      roots: app.realise,
      pure: options.pure,
      sandbox,
      ...(nixpkgs !== undefined && { nixpkgs: options.nixpkgs ?? nixpkgs }),
      ...closure,
    },
  }
  return freeze({
    kind: Object.keys(runtime.runtime.workers).join() === 'static' ? 'static' : 'nix',
    location: app.location,
    runtime: runtime.runtime,
    builder: 'nix',
    appName: context.appName,
    builtAt: context.clock.now().toISOString(),
    buildId: basename(app.location).slice(0, 32),
    metadata: { ...metadata },
  })
}

function reasonsOf(built: readonly string[]): readonly string[] {
  return built.length === 0
    ? ['the store had it']
    : built.map((derivation) => `${derivation.endsWith('.drv') ? 'built' : 'fetched'} ${derivation}`)
}
