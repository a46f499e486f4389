/**
 * Plan merging (seed: nixpacks RFC 508), decided against the measured defects of the original: one fold, markers expanded where they
 * stand and dropped at once, so a later layer never expands an earlier layer's marker again.
 */
import type { PhaseInput, PlanInput, RuntimeInput, StartInput } from '@hop3/core'
import type { ReadablePhase, ReadablePlan, ReadableRuntime, ReadableStart } from './readable-plan.ts'

type List = readonly string[] | null | undefined
type Table<Value> = Readonly<Record<string, Value>> | null | undefined

/**
 * Folds layers, lowest first: `undefined` and `null` inherit, a value overrides, maps unite per key, `[]` clears. The first element of a
 * list that is exactly `"..."` or `"@auto"` stands for the lower layer's list; any further one is dropped. Never changes its arguments.
 *
 * `outputs` are those of the commands: whoever replaces all commands of a phase says them anew, or has it run every time.
 *
 * A marker in `dependsOn` with nothing below it stays: it stands for the default edge, which only `finishPlan` knows.
 */
export function mergePlans(layers: readonly ReadablePlan[]): PlanInput {
  return layers.reduce<PlanInput>(mergeTwo, {})
}

/** True for the two spellings of "what the lower layer says". */
export function isMarker(element: string): boolean {
  return element === '...' || element === '@auto'
}

function mergeTwo(low: ReadablePlan, high: ReadablePlan): PlanInput {
  return {
    providers: mergeList(low.providers, high.providers),
    buildImage: high.buildImage ?? low.buildImage,
    variables: unite(low.variables, high.variables),
    staticAssets: unite(low.staticAssets, high.staticAssets),
    phases: unitePhases(low.phases, high.phases),
    start: mergeStart(low.start, high.start),
    processes: unite(low.processes, high.processes),
    versions: unite(low.versions, high.versions),
    exclude: mergeList(low.exclude, high.exclude),
    root: high.root ?? low.root,
    runtime: mergeRuntime(low.runtime, high.runtime),
  }
}

function mergeList(low: List, high: List): string[] | undefined {
  if (high === undefined || high === null) return low ? [...low] : undefined
  return spread(high, low ?? [])
}

/** `list` with its first marker replaced by `inherited` and every other marker dropped. */
function spread(list: readonly string[], inherited: readonly string[]): string[] {
  const at = list.findIndex(isMarker)
  return list.flatMap((element, index) => (index === at ? inherited : isMarker(element) ? [] : [element]))
}

function unite<Value>(low: Table<Value>, high: Table<Value>): Record<string, Value> | undefined {
  if (!low && !high) return undefined
  return { ...low, ...high }
}

function unitePhases(low: Table<ReadablePhase>, high: Table<ReadablePhase>): Record<string, PhaseInput> | undefined {
  if (!low && !high) return undefined
  const lower = new Map(Object.entries(low ?? {}))
  const higher = new Map(Object.entries(high ?? {}))
  const names = new Set([...lower.keys(), ...higher.keys()])
  return Object.fromEntries([...names].map((name) => [name, mergePhase(lower.get(name) ?? {}, higher.get(name) ?? {})]))
}

function mergePhase(low: ReadablePhase, high: ReadablePhase): PhaseInput {
  return {
    cmds: mergeList(low.cmds, high.cmds),
    dependsOn: mergeDependencies(low.dependsOn, high.dependsOn),
    nixPkgs: mergeList(low.nixPkgs, high.nixPkgs),
    nixLibs: mergeList(low.nixLibs, high.nixLibs),
    nixOverlays: mergeList(low.nixOverlays, high.nixOverlays),
    nixpkgsArchive: high.nixpkgsArchive ?? low.nixpkgsArchive,
    aptPkgs: mergeList(low.aptPkgs, high.aptPkgs),
    onlyIncludeFiles: mergeList(low.onlyIncludeFiles, high.onlyIncludeFiles),
    cacheDirectories: mergeList(low.cacheDirectories, high.cacheDirectories),
    paths: mergeList(low.paths, high.paths),
    outputs: mergeList(isMadeOtherwise(low, high) ? undefined : low.outputs, high.outputs),
    secrets: mergeList(low.secrets, high.secrets),
    variables: unite(low.variables, high.variables),
  }
}

/**
 * Other commands over the whole source: what they make is not known, and what was known of those they replace is kept in vain. A phase with
 * inputs of its own, as installing is, makes the same by whatever words.
 */
function isMadeOtherwise(low: ReadablePhase, high: ReadablePhase): boolean {
  if (!high.cmds || high.cmds.some(isMarker) || low.onlyIncludeFiles) return false
  return high.cmds.join('\n') !== (low.cmds ?? []).join('\n')
}

function mergeDependencies(low: List, high: List): string[] | undefined {
  if (high === undefined || high === null) return low ? [...low] : undefined
  return [...new Set(spread(high, low ?? ['...']))]
}

function mergeStart(low: ReadableStart | null | undefined, high: ReadableStart | null | undefined): StartInput | undefined {
  if (!low && !high) return undefined
  return {
    cmd: high?.cmd ?? low?.cmd,
    runImage: high?.runImage ?? low?.runImage,
    onlyIncludeFiles: mergeList(low?.onlyIncludeFiles, high?.onlyIncludeFiles),
    user: high?.user ?? low?.user,
  }
}

function mergeRuntime(low: ReadableRuntime | null | undefined, high: ReadableRuntime | null | undefined): RuntimeInput | undefined {
  if (!low && !high) return undefined
  return {
    kind: high?.kind ?? low?.kind,
    envVars: unite(low?.envVars, high?.envVars),
    envPaths: unite(low?.envPaths, high?.envPaths),
    pathPrepend: mergeList(low?.pathPrepend, high?.pathPrepend),
    beforeRun: mergeList(low?.beforeRun, high?.beforeRun),
    staticPaths: unite(low?.staticPaths, high?.staticPaths),
    healthcheckPath: high?.healthcheckPath ?? low?.healthcheckPath,
    spa: high?.spa ?? low?.spa,
  }
}
