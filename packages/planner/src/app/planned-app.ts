import type { BuildPlan, Decision, PlanLayer, RuntimeConfig } from '@hop3/core'
import { join } from 'node:path'

/** How to run an app before anybody knows where it will lie: paths are relative to its root. */
export interface PlannedRuntime {
  readonly envVars: Readonly<Record<string, string>>
  /** Variables whose value is a path inside the app. */
  readonly envPaths: Readonly<Record<string, string>>
  readonly pathPrepend: readonly string[]
  readonly workers: Readonly<Record<string, string>>
  readonly beforeRun: readonly string[]
  /** URL prefix → directory, both ending in `/`. */
  readonly staticPaths: Readonly<Record<string, string>>
  readonly healthcheckPath: string
  /** Seconds. */
  readonly healthcheckTimeout: number
}

/** One toolchain's answer, as `hop3 detect` shows it. */
export interface ConsideredToolchain {
  readonly name: string
  readonly verdict: { readonly accepted: boolean; readonly reason: string; readonly evidence?: readonly string[] }
}

/** What an app is, what must happen to it, and how it runs. Frozen. */
export interface PlannedApp {
  /** The directory of the source that is built, `''` for all of it. Every path is relative to it; commands and workers run in `plan.root` of it. */
  readonly base: string
  /** The artifact's kind: a toolchain's, `process` or `static` where none is needed, and empty when nothing says what this app is. */
  readonly kind: string
  readonly plan: BuildPlan
  /** What `plan` was merged from, lowest first: the toolchains', then the configuration's. For `explainPlan`. */
  readonly layers: readonly PlanLayer[]
  readonly runtime: PlannedRuntime
  /** The toolchains that planned it, in order. Empty with `kind` `process`, `static` or ''. */
  readonly toolchains: readonly string[]
  /** Every toolchain's verdict. */
  readonly considered: readonly ConsideredToolchain[]
  readonly decisions: readonly Decision[]
  /** Sentences for the author, the configuration's included. Nobody has logged them yet. */
  readonly warnings: readonly string[]
  /** Unknown paths of the site are answered with its index.html. */
  readonly spa: boolean
}

/** The artifact's runtime for a source (`PlannedApp.base`) that lies at `appRoot`: every path absolute. */
export function resolveRuntime({ runtime, plan }: Pick<PlannedApp, 'runtime'> & Partial<PlannedApp>, appRoot: string): RuntimeConfig {
  const absolute = (path: string): string => join(appRoot, path)
  const paths = Object.entries(runtime.envPaths).map(([name, path]) => [name, absolute(path)] as const)
  const statics = Object.entries(runtime.staticPaths).map(([prefix, path]) => [prefix, absolute(`${path}/`)] as const)
  const workers = Object.entries(runtime.workers).map(([name, command]) => [name, name === 'static' ? absolute(command) : command] as const)
  return {
    envVars: { ...runtime.envVars, ...Object.fromEntries(paths) },
    pathPrepend: runtime.pathPrepend.map(absolute),
    workingDir: join(appRoot, plan?.root ?? ''),
    workers: Object.fromEntries(workers),
    beforeRun: [...runtime.beforeRun],
    staticPaths: Object.fromEntries(statics),
    healthcheckPath: runtime.healthcheckPath,
    healthcheckTimeout: runtime.healthcheckTimeout,
  }
}
