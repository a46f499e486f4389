/** Runs the phases of a plan in order, each from the cache where it can. */
import { join } from 'node:path'
import type { BuildContext, BuildPlan, CacheOutcome, Phase, PlanLayer, Platform } from '@hop3/core'
import { secretDigest } from '@hop3/core/files'
import type { BuildLog } from '@hop3/core/processes'
import { orderPhases } from '@hop3/planner'
import { appCaches, withAppCaches } from './app-caches.ts'
import { both } from './both.ts'
import { warnOfMissingOutputs } from './missing-outputs.ts'
import type { LocalOptions } from './options.ts'
import { appCacheDirectories } from './package-caches.ts'
import { createPhaseCache, type PhaseCache } from './phase-cache.ts'
import { namedSecrets, phaseEnvironment, phaseVariables } from './phase-environment.ts'
import { phaseInputs } from './phase-inputs.ts'
import { keyPrefix, phaseKey, uncachedKey, type KeyFacts } from './phase-key.ts'
import { insideApp, phaseOutputs } from './phase-paths.ts'
import { phaseTools } from './plan-tools.ts'
import { releasePathForms } from './release-paths.ts'
import { runPhase } from './run-phase.ts'
import type { SourceEntry } from '@hop3/planner/source-tree'
import { toolVersions, type ToolVersions } from './tool-versions.ts'
import type { ProvidedTools } from './versions/provided-tools.ts'

export interface PhasesRequest {
  readonly context: BuildContext
  readonly plan: BuildPlan
  /** What it was merged from. */
  readonly layers: readonly PlanLayer[]
  readonly options: LocalOptions
  readonly platform: Platform
  readonly appRoot: string
  readonly staged: readonly SourceEntry[]
  readonly buildLog: BuildLog
  readonly tools: ProvidedTools
}

interface Progress {
  readonly request: PhasesRequest
  readonly cache: PhaseCache
  readonly staged: ReadonlyMap<string, SourceEntry>
  readonly lengths: readonly number[]
  /** Keys of the phases that have run, by name. */
  readonly keys: Map<string, string>
  /** `paths` so far, the latest first. */
  readonly paths: string[]
  /** True once something ran that may have changed staged files. */
  touched: boolean
}

/** What became of each phase that has commands, in order. Throws what `runPhase` throws, `build.output-outside`, and errors of the disk. */
export async function runPhases(request: PhasesRequest): Promise<readonly CacheOutcome[]> {
  const { context, options, appRoot, staged } = request
  const forms = releasePathForms(context.release.path)
  const progress: Progress = {
    request,
    cache: createPhaseCache({ context, appRoot, forms, enabled: options.cache, limit: options.cacheSize * 2 ** 30 }),
    staged: new Map(staged.map((entry) => [entry.path, entry])),
    lengths: forms.map((form) => Buffer.byteLength(form)),
    keys: new Map(),
    paths: [],
    touched: false,
  }
  const outcomes: CacheOutcome[] = []
  for (const name of orderPhases(request.plan)) {
    const phase = request.plan.phases[name]
    if (phase === undefined) continue
    context.signal.throwIfAborted()
    progress.paths.unshift(...(phase.paths ?? []).map((path) => insideApp(name, 'paths', path)))
    if (phase.cmds.length > 0) outcomes.push(await makePhase(progress, name, phase))
  }
  await progress.cache.finish()
  return outcomes
}

async function makePhase(progress: Progress, name: string, phase: Phase): Promise<CacheOutcome> {
  const { context } = progress.request
  const log = context.log.child({ phase: name })
  const started = context.clock.monotonic()
  log.info(name, { kind: 'begin' })
  const outputs = phaseOutputs(name, phase)
  const facts = keyFacts(progress, phase, outputs)
  const secrets = await secretDigest(context.cachePath, namedSecrets(phase, context.secret))
  const mayHit = outputs.length > 0 && (await progress.cache.mayHold(keyPrefix(facts, secrets)))
  // Where nothing can be kept, whatever versions the tools have, they say them while the phase runs.
  const [{ versions, areSteady }] = await both(askTools(progress, phase), mayHit ? Promise.resolve() : execute(progress, name, phase))
  const parts = { ...facts, tools: { ...versions } }
  const key = outputs.length === 0 ? uncachedKey(parts, phase.onlyIncludeFiles !== undefined) : phaseKey(parts, secrets)
  progress.keys.set(name, key)
  const cached = { name, key, parts, outputs }
  const outcome = mayHit ? await progress.cache.restore(cached) : await progress.cache.missed(cached)
  if (outcome.outcome !== 'hit') {
    if (mayHit) await execute(progress, name, phase)
    await progress.cache.store(cached, { keep: areSteady })
  }
  progress.touched = true
  warnOfMissingOutputs({ name, outputs, appRoot: progress.request.appRoot, layers: progress.request.layers, log })
  const milliseconds = Math.round(context.clock.monotonic() - started)
  log.info(name, { kind: 'end', milliseconds, cached: outcome.outcome === 'hit', reasons: outcome.reasons })
  return outcome
}

/** Without the phase's secrets: these processes only say their version. Which programs they are is decided before it first waits. */
async function askTools(progress: Progress, phase: Phase): Promise<ToolVersions> {
  const { context, plan } = progress.request
  const { run, signal, cachePath } = context
  const directory = workingDirectory(progress.request)
  const tools = phaseTools(phase, environmentOf(progress, phase)['PATH'] ?? '', directory)
  return toolVersions({
    tools,
    cachePath,
    directory,
    env: { ...context.env, ...progress.request.tools.variables, ...plan.variables },
    run,
    signal,
  })
}

function keyFacts(progress: Progress, phase: Phase, outputs: readonly string[]): KeyFacts {
  const { request, staged, touched, keys } = progress
  const { appRoot, plan, platform, tools } = request
  return {
    cmds: [...phase.cmds],
    outputs: [...outputs],
    paths: [...progress.paths, ...tools.paths],
    variables: { ...tools.variables, ...phaseVariables(plan, phase) },
    secrets: [...(phase.secrets ?? [])],
    inputs: { ...phaseInputs({ appRoot, staged, touched, declared: phase.onlyIncludeFiles, outputs }) },
    before: Object.fromEntries(phase.dependsOn.map((target) => [target, keys.get(target) ?? ''])),
    platform,
    lengths: [...progress.lengths],
    ...(plan.root === undefined ? {} : { root: plan.root }),
  }
}

async function execute(progress: Progress, name: string, phase: Phase): Promise<void> {
  const { context, options, appRoot, buildLog } = progress.request
  const inApp = appCacheDirectories(phase.cacheDirectories ?? []).map((path) => insideApp(name, 'cacheDirectories', path))
  const caches = appCaches(appRoot, join(context.cachePath, 'apps', context.appName), inApp)
  const log = context.log.child({ phase: name })
  await withAppCaches(caches, log, () =>
    runPhase({
      name,
      phase,
      directory: workingDirectory(progress.request),
      env: environmentOf(progress, phase),
      timeout: options.timeout,
      context,
      log,
      buildLog,
    }),
  )
}

/** Where commands run: the app's own directory, which in a workspace is not the source's root. */
function workingDirectory({ appRoot, plan }: PhasesRequest): string {
  return join(appRoot, plan.root ?? '')
}

function environmentOf({ request, paths }: Progress, phase: Phase): Readonly<Record<string, string>> {
  const { context, plan, appRoot, tools } = request
  return phaseEnvironment({ context, plan, phase, paths, appRoot, tools })
}
