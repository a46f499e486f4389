import type { PhaseInput, PlanInput } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'
import { workersOfPlan } from './plan-workers.ts'
import type { PlanOverrides } from './plan-overrides.ts'

const origin = 'command line'

/** The highest layer. A command sets its phase's `cmds` and nothing else, so that the phase keeps its place, caches and outputs. */
export function layerOfOverrides(overrides: PlanOverrides): ConfigLayer {
  const { builder, deployer, toolchains, versions, startCmd, plan } = overrides
  const { workers, plan: given } = workersOfPlan(plan ?? {})
  const commands = phasesOf(overrides)
  const allWorkers = { ...workers, ...(startCmd === undefined ? {} : { web: startCmd }) }
  const asked = Object.entries(versions ?? {}).map(([tool, version]) => [tool, { version, origin }] as const)
  return {
    name: origin,
    build: {
      ...(builder === undefined ? {} : { strategy: builder }),
      ...(toolchains === undefined ? {} : { toolchains: [...toolchains] }),
      versions: Object.fromEntries(asked),
    },
    runtime: { workers: allWorkers },
    deploy: deployer === undefined ? {} : { strategy: deployer },
    plans: [...(plan === undefined ? [] : [given]), ...(commands === undefined ? [] : [commands])],
    origins: Object.fromEntries([
      ...(builder === undefined ? [] : [['build.strategy', '--builder'] as const]),
      ...(toolchains === undefined ? [] : [['build.toolchains', '--toolchain'] as const]),
      ...(deployer === undefined ? [] : [['deploy.strategy', '--deployer'] as const]),
      ...Object.keys(workers).map((name) => [`runtime.workers.${name}`, origin] as const),
      ...(startCmd === undefined ? [] : [['runtime.workers.web', '--start-cmd'] as const]),
      ...Object.keys(given.phases ?? {}).map((name) => [`phases.${name}`, origin] as const),
      ...Object.keys(commands?.phases ?? {}).map((name) => [`phases.${name}`, `--${name}-cmd`] as const),
    ]),
  }
}

function phasesOf({ installCmd, buildCmd }: PlanOverrides): PlanInput | undefined {
  const phases: Record<string, PhaseInput> = {
    ...(installCmd === undefined ? {} : { install: { cmds: [installCmd] } }),
    ...(buildCmd === undefined ? {} : { build: { cmds: [buildCmd] } }),
  }
  return Object.keys(phases).length === 0 ? undefined : { phases }
}
