/** One order of keys for every plan, so that equal plans are equal bytes. */
import type { BuildPlan, Phase, PlanRuntime } from '@hop3/core'
import type { ReadablePhase, ReadablePlan, ReadableRuntime, ReadableStart } from './readable-plan.ts'

/** The plan with every key in its fixed place, maps sorted by name, nothing undefined or null. Adds no default: that is `finishPlan`. */
export function canonicalPlan(plan: ReadablePlan): BuildPlan {
  const { buildImage, staticAssets, start, exclude, root, runtime } = plan
  return {
    providers: [...(plan.providers ?? [])],
    ...(isGiven(buildImage) ? { buildImage } : {}),
    variables: sorted(plan.variables ?? {}),
    ...(isGiven(staticAssets) ? { staticAssets: sorted(staticAssets) } : {}),
    phases: mapSorted(plan.phases ?? {}, canonicalPhase),
    ...(isGiven(start) ? { start: canonicalStart(start) } : {}),
    processes: sorted(plan.processes ?? {}),
    versions: mapSorted(plan.versions ?? {}, ({ version, origin }) => ({ version, origin })),
    ...(isGiven(exclude) ? { exclude: [...exclude] } : {}),
    ...(root ? { root } : {}),
    ...(isGiven(runtime) ? { runtime: canonicalRuntime(runtime) } : {}),
  }
}

/** A package is installed once, however many layers ask for it. */
function canonicalPhase(phase: ReadablePhase): Phase {
  return {
    cmds: [...(phase.cmds ?? [])],
    dependsOn: [...new Set(phase.dependsOn ?? [])].toSorted(),
    ...(isGiven(phase.nixPkgs) ? { nixPkgs: [...new Set(phase.nixPkgs)] } : {}),
    ...(isGiven(phase.nixLibs) ? { nixLibs: [...new Set(phase.nixLibs)] } : {}),
    ...(isGiven(phase.nixOverlays) ? { nixOverlays: [...phase.nixOverlays] } : {}),
    ...(isGiven(phase.nixpkgsArchive) ? { nixpkgsArchive: phase.nixpkgsArchive } : {}),
    ...(isGiven(phase.aptPkgs) ? { aptPkgs: [...new Set(phase.aptPkgs)] } : {}),
    ...(isGiven(phase.onlyIncludeFiles) ? { onlyIncludeFiles: [...phase.onlyIncludeFiles] } : {}),
    ...(isGiven(phase.cacheDirectories) ? { cacheDirectories: [...phase.cacheDirectories] } : {}),
    ...(isGiven(phase.paths) ? { paths: [...phase.paths] } : {}),
    ...(isGiven(phase.outputs) ? { outputs: [...phase.outputs] } : {}),
    ...(isGiven(phase.secrets) ? { secrets: [...phase.secrets] } : {}),
    ...(isGiven(phase.variables) ? { variables: sorted(phase.variables) } : {}),
  }
}

function canonicalStart(start: ReadableStart): NonNullable<BuildPlan['start']> {
  return {
    ...(isGiven(start.cmd) ? { cmd: start.cmd } : {}),
    ...(isGiven(start.runImage) ? { runImage: start.runImage } : {}),
    ...(isGiven(start.onlyIncludeFiles) ? { onlyIncludeFiles: [...start.onlyIncludeFiles] } : {}),
    ...(isGiven(start.user) ? { user: start.user } : {}),
  }
}

/** What says nothing is left out, so that a plan is the same whether a toolchain gave an empty table or none. */
function canonicalRuntime(runtime: ReadableRuntime): PlanRuntime {
  const { kind, healthcheckPath, spa } = runtime
  return {
    ...(kind ? { kind } : {}),
    ...table('envVars', runtime.envVars),
    ...table('envPaths', runtime.envPaths),
    ...list('pathPrepend', runtime.pathPrepend),
    ...list('beforeRun', runtime.beforeRun),
    ...table('staticPaths', runtime.staticPaths),
    ...(healthcheckPath ? { healthcheckPath } : {}),
    ...(spa === true ? { spa } : {}),
  }
}

function table(name: 'envVars' | 'envPaths' | 'staticPaths', value: Readonly<Record<string, string>> | null | undefined): PlanRuntime {
  return isGiven(value) && Object.keys(value).length > 0 ? { [name]: sorted(value) } : {}
}

function list(name: 'pathPrepend' | 'beforeRun', value: readonly string[] | null | undefined): PlanRuntime {
  return isGiven(value) && value.length > 0 ? { [name]: [...value] } : {}
}

function sorted<Value>(table: Readonly<Record<string, Value>>): Record<string, Value> {
  return mapSorted(table, (value) => value)
}

function mapSorted<Value, Result>(table: Readonly<Record<string, Value>>, change: (value: Value) => Result): Record<string, Result> {
  const entries = Object.entries(table).map(([name, value]) => [name, change(value)] as const)
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null
}
