import type { PhaseInput, PlanInput } from '@hop3/core'
import type { ConfigLayer, LocatedPlan } from './config-layer.ts'
import { phaseOrigins, planOrigins } from './plan-origins.ts'
import type { PlanOverrides } from './plan-overrides.ts'
import { commandList, inFront } from './plan-variables.ts'
import { workersOfPlan } from './plan-workers.ts'
import { splitList } from './split-list.ts'

const origin = 'command line'

/** The highest layers: a whole plan as text, as a value, and above both the flags. Throws as `planLayers`. */
export async function layersOfOverrides(overrides: PlanOverrides): Promise<readonly ConfigLayer[]> {
  const { jsonPlan, plan } = overrides
  return [
    ...(jsonPlan === undefined ? [] : (await import('./json-plan.ts')).jsonPlanLayers(origin, jsonPlan)),
    ...(plan === undefined ? [] : [valueLayer(plan)]),
    flagsLayer(overrides),
  ]
}

function valueLayer(given: PlanInput): ConfigLayer {
  const { workers, plan } = workersOfPlan(given)
  const located: LocatedPlan = { plan, origins: planOrigins(plan, () => origin) }
  return {
    name: origin,
    runtime: { workers },
    plans: [located],
    origins: {
      ...Object.fromEntries(Object.keys(workers).map((name) => [`runtime.workers.${name}`, origin])),
      ...phaseOrigins(located),
    },
  }
}

/** A command sets its phase's `cmds` and nothing else of it, so that the phase keeps its place, caches and outputs. */
function flagsLayer(overrides: PlanOverrides): ConfigLayer {
  const { builder, deployer, toolchains, versions, startCmd } = overrides
  const flags = phaseFlags(overrides)
  const asked = Object.entries(versions ?? {}).map(([tool, version]) => [tool, { version, origin }] as const)
  const plan = { phases: phasesOf(flags) }
  const located: LocatedPlan = { plan, origins: Object.fromEntries(flags.map(({ path, flag }) => [`phases.${path.join('.')}`, flag])) }
  return {
    name: origin,
    build: {
      ...(builder === undefined ? {} : { strategy: builder }),
      ...(toolchains === undefined ? {} : { toolchains: [...toolchains] }),
      versions: Object.fromEntries(asked),
    },
    runtime: { workers: startCmd === undefined ? {} : { web: startCmd } },
    deploy: deployer === undefined ? {} : { strategy: deployer },
    plans: flags.length === 0 ? [] : [located],
    origins: {
      ...(builder === undefined ? {} : { 'build.strategy': '--builder' }),
      ...(toolchains === undefined ? {} : { 'build.toolchains': '--provider' }),
      ...(deployer === undefined ? {} : { 'deploy.strategy': '--deployer' }),
      ...(startCmd === undefined ? {} : { 'runtime.workers.web': '--start-cmd' }),
      ...phaseOrigins(located),
    },
  }
}

interface PhaseFlag {
  readonly path: readonly [phase: string, key: keyof PhaseInput]
  readonly value: string[]
  readonly flag: string
}

function phaseFlags({ installCmd, buildCmd, pkgs, aptPkgs, libs }: PlanOverrides): readonly PhaseFlag[] {
  const packages = (list: readonly string[] | undefined): string[] => inFront((list ?? []).flatMap(splitList))
  return [
    ...(installCmd === undefined ? [] : [{ path: ['install', 'cmds'], value: commandList(installCmd), flag: '--install-cmd' } as const]),
    ...(buildCmd === undefined ? [] : [{ path: ['build', 'cmds'], value: commandList(buildCmd), flag: '--build-cmd' } as const]),
    ...(pkgs === undefined ? [] : [{ path: ['setup', 'nixPkgs'], value: packages(pkgs), flag: '--pkgs' } as const]),
    ...(aptPkgs === undefined ? [] : [{ path: ['setup', 'aptPkgs'], value: packages(aptPkgs), flag: '--apt' } as const]),
    ...(libs === undefined ? [] : [{ path: ['setup', 'nixLibs'], value: packages(libs), flag: '--libs' } as const]),
  ]
}

function phasesOf(flags: readonly PhaseFlag[]): NonNullable<PlanInput['phases']> {
  const phases = Map.groupBy(flags, ({ path: [phase] }) => phase)
  return Object.fromEntries(
    [...phases].map(([name, own]) => [name, Object.fromEntries(own.map(({ path: [, key], value }) => [key, value]))]),
  )
}
