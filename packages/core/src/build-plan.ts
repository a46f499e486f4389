/**
 * The BuildPlan: everything that has to happen to an app's source, as data (seed: nixpacks RFC 508). Toolchains, config files and
 * flags are all plans; `@hop3/planner` merges them into one; every builder executes or prints the same one.
 */
import * as z from 'zod'

const strings = z.array(z.string())

/** One phase as it may be written: every key optional, `null` inherits, `"..."` or `"@auto"` in a list stands for the lower layer's. */
export const phaseInputSchema = z.strictObject({
  cmds: strings.nullish(),
  dependsOn: strings.nullish(),
  nixPkgs: strings.nullish(),
  nixLibs: strings.nullish(),
  nixOverlays: strings.nullish(),
  nixpkgsArchive: z.string().nullish(),
  aptPkgs: strings.nullish(),
  /** The files the commands may read; absent = the whole source, `[]` = none. They are the phase's cache inputs. */
  onlyIncludeFiles: strings.nullish(),
  /** Package-manager caches, shared between apps; relative to the app, or starting with `~`. Never part of the artifact. */
  cacheDirectories: strings.nullish(),
  /** Directories put in front of PATH for this and all later phases, relative to the app. */
  paths: strings.nullish(),
  /** What the phase produces, relative to the app: the unit of caching. A phase without outputs runs every time. */
  outputs: strings.nullish(),
  /** Names of secrets the commands need as variables; values never enter a plan. */
  secrets: strings.nullish(),
  variables: z.record(z.string(), z.string()).nullish(),
})

export const startInputSchema = z.strictObject({
  cmd: z.string().nullish(),
  runImage: z.string().nullish(),
  onlyIncludeFiles: strings.nullish(),
  user: z.string().nullish(),
})

export const toolVersionSchema = z.strictObject({
  version: z.string(),
  /** `package.json:12`, `.python-version:1`, `default`, … */
  origin: z.string(),
})

/** How the app runs, as far as the plan decides it: what a toolchain would say, so that a frozen plan needs no toolchain. Paths are relative. */
export const runtimeInputSchema = z.strictObject({
  /** The artifact's kind: `python`, `node`, `static`, … */
  kind: z.string().nullish(),
  envVars: z.record(z.string(), z.string()).nullish(),
  /** Variables whose value is a path inside the app. */
  envPaths: z.record(z.string(), z.string()).nullish(),
  pathPrepend: strings.nullish(),
  beforeRun: strings.nullish(),
  /** URL prefix → directory. */
  staticPaths: z.record(z.string(), z.string()).nullish(),
  healthcheckPath: z.string().nullish(),
  /** A site answers unknown paths with its index.html. */
  spa: z.boolean().nullish(),
})

/**
 * One layer of a plan, with camelCase keys. Strict. Every key may be left out, and null means the same: layers below keep their say; what lists and tables
 * of two layers become is decided by `mergePlans` of `@hop3/planner`.
 */
export const planInputSchema = z.strictObject({
  providers: strings.nullish(),
  buildImage: z.string().nullish(),
  variables: z.record(z.string(), z.string()).nullish(),
  staticAssets: z.record(z.string(), z.string()).nullish(),
  phases: z.record(z.string(), phaseInputSchema).nullish(),
  start: startInputSchema.nullish(),
  /** Every process of the app, `start.cmd` being `web`. */
  processes: z.record(z.string(), z.string()).nullish(),
  versions: z.record(z.string(), toolVersionSchema).nullish(),
  /** Paths never copied into a release, in .gitignore syntax. */
  exclude: strings.nullish(),
  /** The directory commands and workers run in, where that is not the source's root: the app's, in a workspace. */
  root: z.string().nullish(),
  runtime: runtimeInputSchema.nullish(),
})

export type PhaseInput = z.input<typeof phaseInputSchema>
export type StartInput = z.input<typeof startInputSchema>
export type RuntimeInput = z.input<typeof runtimeInputSchema>
export type PlanInput = z.input<typeof planInputSchema>
export type ToolVersion = z.output<typeof toolVersionSchema>

/** A phase of a merged plan: no `null`, no marker left; `dependsOn` sorted and free of repetition. */
export interface Phase {
  readonly cmds: readonly string[]
  readonly dependsOn: readonly string[]
  readonly nixPkgs?: readonly string[]
  readonly nixLibs?: readonly string[]
  readonly nixOverlays?: readonly string[]
  readonly nixpkgsArchive?: string
  readonly aptPkgs?: readonly string[]
  readonly onlyIncludeFiles?: readonly string[]
  readonly cacheDirectories?: readonly string[]
  readonly paths?: readonly string[]
  readonly outputs?: readonly string[]
  readonly secrets?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
}

/** The merged plan: the same bytes for the same app, on any host, at any time. */
export interface BuildPlan {
  readonly providers: readonly string[]
  readonly buildImage?: string
  readonly variables: Readonly<Record<string, string>>
  readonly staticAssets?: Readonly<Record<string, string>>
  readonly phases: Readonly<Record<string, Phase>>
  readonly start?: {
    readonly cmd?: string
    readonly runImage?: string
    readonly onlyIncludeFiles?: readonly string[]
    readonly user?: string
  }
  readonly processes: Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, ToolVersion>>
  readonly exclude?: readonly string[]
  readonly root?: string
  /** What the toolchains say about running, overridden by the layers above them; `[env]` and the operator's variables are not here. */
  readonly runtime?: PlanRuntime
}

export interface PlanRuntime {
  /** Becomes the artifact's: `python`, `static`. */
  readonly kind?: string
  /** Plain values (`PYTHONUNBUFFERED=1`). */
  readonly envVars?: Readonly<Record<string, string>>
  /** Variables whose value is a path inside the app (`VIRTUAL_ENV` → `.venv`): builders make them absolute. */
  readonly envPaths?: Readonly<Record<string, string>>
  /** Directories for PATH. */
  readonly pathPrepend?: readonly string[]
  readonly beforeRun?: readonly string[]
  /** URL prefix → directory. */
  readonly staticPaths?: Readonly<Record<string, string>>
  readonly healthcheckPath?: string
  /** A site whose unknown paths are answered with index.html. */
  readonly spa?: boolean
}
