import { freeze } from '@hop3/core'
import type {
  AppConfig,
  Decision,
  Log,
  PlanInput,
  PlanLayer,
  RuntimeInput,
  SourceView,
  ToolchainContext,
  ToolchainFactory,
} from '@hop3/core'
import { checkStaticDirectory } from '../config/static-directory.ts'
import { checkSecretValues } from '../config/secret-values.ts'
import { toolchainOptions, type ToolchainOptions } from '../config/toolchain-options.ts'
import { overrideDefaults, unlistedWeb } from '../config/web-workers.ts'
import { webWarnings } from './web-warnings.ts'
import { checkPlan } from '../plan/check-plan.ts'
import { finishPlan } from '../plan/finish-plan.ts'
import { mergePlans } from '../plan/merge-plans.ts'
import { createSourceView } from '../source/source-view.ts'
import type { ProviderAccess } from '../providers/provider-access.ts'
import { findAppRoot, type AppRoot } from './app-root.ts'
import { chooseToolchains, type ChosenToolchains, type ToolchainRequest } from './choose-toolchains.ts'
import { combineToolchains, type NamedPlan } from './combine-toolchains.ts'
import { configDecisions } from './config-decisions.ts'
import { configWarnings } from './config-warnings.ts'
import { nameProviders } from './name-provider.ts'
import type { PlannedApp, PlannedRuntime } from './planned-app.ts'
import { plannedWithin } from './planned-within.ts'
import { writtenPlaces, type WrittenPlaces } from './written-places.ts'

export interface PlanRequest {
  readonly appName: string
  /** Absolute. */
  readonly sourcePath: string
  readonly config: AppConfig
  readonly toolchains: readonly ToolchainFactory[]
  readonly log: Log
  /** A view of `sourcePath` that was made before: its files are not read again. */
  readonly source?: SourceView
  /** See `BuildContext.look`: who asks for the same plan again within one gets the very same. */
  readonly look?: object
  /** For providers that are programs, packages or URLs; a `BuildContext` is one. Absent: they are refused. */
  readonly access?: ProviderAccess
}

/**
 * What an app is, what must happen to it, and how it runs: the chosen toolchains' plan, overridden key by key by the configuration. Offline
 * (but for a provider at a URL that is not cached) and deterministic; reads the files the toolchains name and no others. An app without a
 * toolchain is fine when its configuration says what to run or publish; one that says nothing gets `kind: ''`, unless there are apps below
 * it: then `config.no-app` lists them. Throws `config.*` and what toolchains throw.
 */
export function planApp(request: PlanRequest): Promise<PlannedApp> {
  const { look } = request
  return look === undefined ? planAnew(request) : plannedWithin(look, request, () => planAnew(request))
}

async function planAnew(request: PlanRequest): Promise<PlannedApp> {
  const { sourcePath, config, toolchains, access, source = createSourceView(sourcePath) } = request
  const options = await toolchainOptions(config, toolchains)
  const root = await findAppRoot({ sourcePath, source, config })
  const contextFor = contextsOf(request, options, root)
  const nameProvider = nameProviders({ source: root.source, sourcePath, root: root.root, toolchains, access })
  const places = writtenPlaces(options.origins)
  const { chosen, plans } = await choosePlans({ config, toolchains, contextFor, nameProvider }).catch((error: unknown) => {
    throw places.error(error)
  })
  const planned = combine(request, { options, places, root, chosen, plans })
  if (isNothing(planned, config)) await refuseMonorepo(request, planned, source, contextFor)
  return planned
}

interface Parts {
  readonly options: ToolchainOptions
  readonly places: WrittenPlaces
  readonly root: AppRoot
  readonly chosen: ChosenToolchains
  readonly plans: readonly NamedPlan[]
}

function combine({ config, toolchains }: PlanRequest, { options, places, root, chosen, plans }: Parts): PlannedApp {
  const evidence = (name: string): string | undefined => chosen.considered.find((one) => one.name === name)?.verdict.evidence?.[0]
  const base = combineToolchains(plans, evidence)
  const names = chosen.chosen.map(({ name }) => name)
  const detection: PlanLayer = { origin: 'detection', plan: { providers: names }, origins: { providers: chosen.origin } }
  const layers = [detection, ...base.layers, ...config.planLayers]
  const unlisted = unlistedWeb(base.processes, config)
  const { [unlisted?.name ?? '']: _, ...defaults } = base.processes
  const workers = overrideDefaults(defaults, config.runtime.workers)
  const merged = mergePlans(layers.map(({ plan }) => plan))
  const runtime = runtimeOf(merged.runtime ?? {}, config, workers)
  const kind = merged.runtime?.kind ?? kindOf(runtime, Object.keys(merged.phases ?? {}).length)
  const spa = 'deploy.spa' in config.origins ? config.deploy.spa : (merged.runtime?.spa ?? false)
  const plan = finishPlan(
    {
      ...merged,
      providers: names,
      processes: workers,
      root: root.root,
      start: startOf(merged.start, workers),
      versions: versionsOf(merged.versions, config, plans),
      runtime: { ...merged.runtime, kind, spa, pathPrepend: [...runtime.pathPrepend] },
    },
    layers,
  )
  checkPlan(plan, layers)
  checkSecretValues(plan, config.planLayers)
  const configured = configDecisions(config, plan, runtime)
  checkPublished(runtime, [...base.decisions, ...configured])
  return freeze<PlannedApp>({
    base: root.base,
    kind,
    plan,
    layers,
    runtime,
    toolchains: names,
    considered: chosen.considered,
    decisions: [
      ...toolchainDecision(names, chosen),
      ...toolchainDecisions(base.decisions, workers, configured).map((one) => ({ ...one, origin: places.origin(one.origin) })),
      ...configured,
    ],
    warnings: [
      ...config.warnings,
      ...options.warnings,
      ...chosen.warnings,
      ...base.warnings(workers).map(places.sentence),
      ...webWarnings(base.processes, config),
      ...configWarnings(config, workers, toolchains),
    ],
    spa,
  })
}

/** A build's own configuration may say that its pages lie anywhere. Throws `config.static-path`. */
function checkPublished({ workers, staticPaths }: PlannedRuntime, decisions: readonly Decision[]): void {
  const origin = decisions.find(({ key }) => key === 'processes.static')?.origin ?? 'The plan'
  for (const directory of [workers['static'], ...Object.values(staticPaths)])
    if (directory !== undefined) checkStaticDirectory(directory, origin)
}

type ContextFor = (name: string, named: boolean, source?: SourceView) => ToolchainContext

function contextsOf({ appName, config, log }: PlanRequest, { tables }: ToolchainOptions, { root, source }: AppRoot): ContextFor {
  return (name, named, other) =>
    Object.freeze<ToolchainContext>({
      appName,
      source: other ?? source,
      root: other === undefined ? root : '',
      options: tables.get(name),
      versions: config.build.versions,
      envNames: Object.keys(config.env),
      named,
      log: log.child({ phase: 'plan', strategy: name }),
    })
}

async function choosePlans(request: ToolchainRequest): Promise<Pick<Parts, 'chosen' | 'plans'>> {
  const chosen = await chooseToolchains(request)
  const plans: NamedPlan[] = []
  for (const provider of chosen.chosen) plans.push(await provider.plan())
  return { chosen, plans }
}

/** Nothing is run or published, and nobody asked for what is built: the root of a monorepo looks like that to a toolchain, too. */
function isNothing({ kind, runtime }: PlannedApp, { build, planLayers }: AppConfig): boolean {
  if (kind === '') return true
  const isSilent = Object.keys(runtime.workers).length === 0 && Object.keys(runtime.staticPaths).length === 0
  return isSilent && build.toolchains === undefined && planLayers.length === 0
}

async function refuseMonorepo(
  { sourcePath, toolchains, config }: PlanRequest,
  planned: PlannedApp,
  source: SourceView,
  contextFor: ContextFor,
): Promise<void> {
  if (config.build.root !== undefined) return
  const { findApps, noAppError } = await import('./find-apps.ts')
  const found = await findApps({ sourcePath, source, toolchains, contextFor: (name, below) => contextFor(name, false, below) })
  const taken = planned.considered.find(({ verdict }) => verdict.accepted)
  const why = taken === undefined ? undefined : `${taken.name}: ${taken.verdict.reason}`
  if (found.apps.some(({ isStarted }) => isStarted)) throw noAppError(sourcePath, found, why)
}

const defaultHealthcheckTimeout = 30

function runtimeOf(planned: RuntimeInput, { env, runtime }: AppConfig, workers: PlannedRuntime['workers']): PlannedRuntime {
  const literals = Object.entries(env).flatMap(([name, value]) => (value.kind === 'literal' ? [[name, value.value] as const] : []))
  return {
    envVars: { ...Object.fromEntries(literals), ...planned.envVars },
    envPaths: planned.envPaths ?? {},
    pathPrepend: [...new Set(planned.pathPrepend)],
    workers,
    beforeRun: planned.beforeRun ?? [],
    staticPaths: planned.staticPaths ?? {},
    healthcheckPath: planned.healthcheckPath ?? '',
    healthcheckTimeout: runtime.healthcheckTimeout ?? defaultHealthcheckTimeout,
  }
}

/** `start.cmd` is the `web` worker in force, whatever a layer below it said. */
function startOf(start: PlanInput['start'], workers: PlannedRuntime['workers']): PlanInput['start'] {
  const { cmd: _, ...rest } = start ?? {}
  const web = Object.hasOwn(workers, 'web') ? workers['web'] : undefined
  const isSaid = Object.values(rest).some((value) => value !== undefined && value !== null)
  return web === undefined && !isSaid ? undefined : { ...rest, ...(web === undefined ? {} : { cmd: web }) }
}

/** A toolchain has seen what every layer asks for: its answer holds. */
function versionsOf(layered: PlanInput['versions'], { build }: AppConfig, plans: readonly NamedPlan[]): PlanInput['versions'] {
  const asked = Object.entries(layered ?? {}).map(([tool, version]) => [tool, build.versions[tool] ?? version] as const)
  const found = plans.toReversed().reduce<PlanInput['versions']>((low, { plan }) => ({ ...low, ...plan.versions }), {})
  return { ...Object.fromEntries(asked), ...found }
}

/** The kind of an app no toolchain knows. */
function kindOf({ workers, staticPaths }: PlannedRuntime, phases: number): string {
  const names = Object.keys(workers)
  if (names.some((name) => name !== 'static')) return 'process'
  if (names.length > 0 || Object.keys(staticPaths).length > 0) return 'static'
  return phases > 0 ? 'process' : ''
}

/** A process that something above the toolchain gave a command, or took away, was not decided by the toolchain; of two, the first has. */
function toolchainDecisions(
  all: readonly Decision[],
  workers: PlannedRuntime['workers'],
  configured: readonly Decision[],
): readonly Decision[] {
  return all.filter(({ key, value }, index) => {
    if (!key.startsWith('processes.')) return true
    const isFirst = ![...all.slice(0, index), ...configured].some((other) => other.key === key && other.value === value)
    return isFirst && workers[key.slice('processes.'.length)] === value
  })
}

function toolchainDecision(names: readonly string[], { origin }: ChosenToolchains) {
  return names.length === 0 ? [] : [{ key: 'toolchain', value: names.join(', '), origin }]
}
