/**
 * Level 2 of ADR 030: a toolchain says WHAT an app of its language needs, as data; builders decide how. A toolchain reads named files
 * through a read-only view of the source, and neither runs a process nor looks at the host.
 */
import type * as zod from 'zod'
import type { Decision } from './artifact.ts'
import type { PhaseInput, ToolVersion, PlanRuntime } from './build-plan.ts'
import type { Verdict } from './builder.ts'
import type { Log } from './log.ts'

/** The source, as far as planning may see it. Paths are relative to its root, with `/`. Reads are cached; no write, no walk. */
export interface SourceView {
  /** True for a regular file (a link that stays inside the source counts as what it points to). */
  hasFile(path: string): Promise<boolean>
  hasDirectory(path: string): Promise<boolean>
  /**
   * Undefined when there is nothing of that name. Throws `config.unreadable` when it cannot be read, is no file or is not UTF-8, and
   * `config.too-large` when it is larger than 1 MiB or has more than 20 000 lines; JSON and lock files may have 4 MiB.
   */
  readText(path: string): Promise<string | undefined>
  /** As `readText`, parsed; deno.json, tsconfig.json and `.jsonc` may have comments and trailing commas. Throws `config.syntax` with file:line:column. */
  readJson(path: string): Promise<unknown>
  readToml(path: string): Promise<unknown>
  /** The first document; numbers and what has a tag stay texts. */
  readYaml(path: string): Promise<unknown>
  /** Names in one directory, sorted by code unit; empty when there is no such directory. */
  list(directory?: string): Promise<readonly string[]>
}

export interface ToolchainContext {
  readonly appName: string
  /** The whole source: the app's own directory, or the workspace it is a member of. */
  readonly source: SourceView
  /**
   * The app's directory inside the source, `''` for the source's root; anything else (`apps/web`) means that the source is a workspace whose
   * root owns the lock file. Commands and workers then run in that directory, while every path of the plan stays relative to the source's root.
   */
  readonly root: string
  /** The toolchain's own table of the configuration (`[build.<name>]`), not yet validated. */
  readonly options: unknown
  /** A version asked for on the command line or in hop3.toml, by tool: beats every file of the app. */
  readonly versions: Readonly<Record<string, ToolVersion>>
  /** Names of the variables the app's configuration sets ([env] in hop3.toml, app.json). What the operator sets is not known while planning. */
  readonly envNames?: readonly string[]
  /** True when config names this toolchain: then `plan` does the sensible part or says precisely what is missing. */
  readonly named: boolean
  readonly log: Log
}

/** What an app of one language needs. Every path is relative to the source's root, which is the app's own but in a workspace. */
export interface ToolchainPlan {
  /** Becomes the artifact's `kind`: `python`, `node`, `static`, … */
  readonly kind: string
  /** Phases by plain name (`setup`, `install`, `build`); the planner prefixes them where several toolchains run. */
  readonly phases: Readonly<Record<string, PhaseInput>>
  /** Default commands by process name; `web`, `wsgi`, `static`, `worker`, … */
  readonly processes: Readonly<Record<string, string>>
  /** Variables of the build commands. */
  readonly variables?: Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, ToolVersion>>
  /** Paths never copied into a release because the build makes them anew (`node_modules`, `.venv`). */
  readonly exclude?: readonly string[]
  readonly runtime: ToolchainRuntime
  /** What was decided and why, for `hop3 plan` and the artifact. */
  readonly decisions: readonly Decision[]
  /** Sentences for the author: deprecated files, unpinned dependencies. */
  readonly warnings: readonly string[]
  /**
   * Those of `warnings` that are about the command in `processes` that answers requests, or about there being none. They are not said where the
   * app's own configuration, or another toolchain, decides what runs.
   */
  readonly startWarnings?: readonly string[]
}

/** The artifact's `kind` stands beside it. */
export type ToolchainRuntime = Omit<PlanRuntime, 'kind'>

export interface LanguageToolchain {
  readonly name: string
  /** Read-only, quick, always with a reason. */
  accept(): Promise<Verdict>
  /** Throws `config.*` or `build.<name>.*` with file:line where the app contradicts itself. */
  plan(): Promise<ToolchainPlan>
}

export interface ToolchainFactory {
  readonly name: string
  /** `declared`: the app carries a file written for this toolchain; see `builder.ts`. */
  readonly specificity: 'declared' | 'inferred'
  /**
   * The schema of the toolchain's own table, keys in camelCase, each optional and described (`.describe`): they may be written with hyphens
   * or underscores as well. It is handed zod, because an app without such a table has no need to load it.
   */
  readonly options?: OptionsOf
  create(context: ToolchainContext): LanguageToolchain
}

export type OptionsOf<Schema extends zod.ZodObject = zod.ZodObject> = (z: typeof zod) => Schema
