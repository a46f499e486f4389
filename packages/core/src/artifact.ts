/**
 * The contract between build and run (seeds: ADR 022 "BuildArtifact", ADR 035, the BuildArtifact article).
 *
 * A BuildArtifact says everything a deployer needs to run an app; no deployer ever looks at the source again. Values are frozen,
 * camelCase in code and snake_case on disk (`artifact-file.ts` is the one place that converts).
 */
import * as z from 'zod'
import type { DeployConfig } from './app-config.ts'
import { deployConfigSchema } from './deploy-config-schema.ts'

/** How to run what was built. Every path is absolute. */
export const runtimeConfigSchema = z.strictObject({
  /** Names and values known at build time: never a secret. */
  envVars: z.record(z.string(), z.string()).default({}),
  /** Directories put in front of PATH, in order. */
  pathPrepend: z.array(z.string()).default([]),
  /** Where every worker starts. */
  workingDir: z.string().default(''),
  /** Worker name → the command a shell runs. `wsgi` is a module path, `static` a directory, `cron…` five fields and a command. */
  workers: z.record(z.string(), z.string()).default({}),
  /** Commands run once per deploy in the new release, in order, before any switch; the first failure stops the deploy. */
  beforeRun: z.array(z.string()).default([]),
  /** URL prefix → directory, both ending in `/`: served by the proxy without asking a worker. */
  staticPaths: z.record(z.string(), z.string()).default({}),
  /** GET this path; 200–399 is healthy. Empty: a TCP connect is enough. */
  healthcheckPath: z.string().default(''),
  /** Seconds every new worker has to become healthy. */
  healthcheckTimeout: z.number().int().positive().max(86_400).default(30),
})

/** The known keys of BUILD_ARTIFACT.json, in camelCase. Strict: what else a file has is kept beside them by `parseArtifact`, and written again. */
export const buildArtifactSchema = z.strictObject({
  /** What it is: a language (`python`, `node`, …), `static`, `docker-image`, `nix`. */
  kind: z.string().min(1),
  /** Root directory, store path or image reference. */
  location: z.string().min(1),
  runtime: runtimeConfigSchema,
  /** The strategy that built it: `local`, `docker`, `nix`, or a plugin's name. */
  builder: z.string().min(1).default('local'),
  appName: z.string().default(''),
  /** ISO 8601. */
  builtAt: z.string().default(''),
  /** Unique to one build. */
  buildId: z.string().default(''),
  /** Our extras and the strategies' own: see `ArtifactMetadata` for the keys Hop3 itself reads. */
  metadata: z.record(z.string(), z.unknown()).superRefine(checkDeploy).default({}),
})

/** Proxies and deployers are given what stands there without another look. */
function checkDeploy({ deploy }: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  if (deploy === undefined) return
  for (const { path, message } of deployConfigSchema.safeParse(deploy).error?.issues ?? []) {
    context.addIssue({ code: 'custom', path: ['deploy', ...path], message })
  }
}

export type RuntimeConfig = z.output<typeof runtimeConfigSchema>
export type BuildArtifact = z.output<typeof buildArtifactSchema>

/** Where a value came from: `hop3.toml:3:1`, `Procfile:2:1`, `python toolchain`, … */
export interface Decision {
  readonly key: string
  readonly value: string
  readonly origin: string
}

/** Why one phase's output was taken from the cache, or not. */
export interface CacheOutcome {
  readonly phase: string
  readonly outcome: 'hit' | 'miss' | 'uncached'
  readonly reasons: readonly string[]
}

/** The machine an artifact was built for. `libc` is `glibc`, `musl` or empty where there is no such choice. */
export interface Platform {
  readonly os: string
  readonly arch: string
  readonly libc: string
}

/** The keys of `metadata` that Hop3 writes and reads. Names are snake_case: metadata is stored as it is. */
export interface ArtifactMetadata {
  readonly schema: 1
  readonly release: string
  /** What `Builder.fingerprint` said of the source this was built from; equal fingerprints mean nothing to build. */
  readonly fingerprint?: string
  readonly toolchains?: readonly string[]
  readonly plan_digest?: string
  readonly source_digest?: string
  /** Of the release's files: see `treeDigest`. Two builds of one plan from one source have the same. */
  readonly tree_digest?: string
  /** Files beside the artifact: what the app consists of (CycloneDX), and how it came about (SLSA). */
  readonly sbom?: string
  readonly provenance?: string
  readonly git_sha?: string
  readonly platform?: Platform
  readonly decisions?: readonly Decision[]
  readonly cache?: readonly CacheOutcome[]
  /** Instances wanted of each worker where that is not 1. */
  readonly scale?: Readonly<Record<string, number>>
  /** What the app's configuration says about deploying it, so that the run side never needs the source: see `DeployConfig`. */
  readonly deploy?: DeployConfig
  /** The toolchain made a site whose unknown paths are answered with its index.html. */
  readonly spa?: boolean
}
