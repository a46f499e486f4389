import { shellQuote } from '@hop3/core'
import type { PhaseInput } from '@hop3/core'
import type { LocatedPlan } from './config-layer.ts'
import type { Hop3TomlDocument, PlanDocument, Section } from './hop3-toml-document.ts'
import { joined } from './hop3-toml-runtime.ts'
import { phaseOrigins, planOrigins } from './plan-origins.ts'
import { workersOfPlan } from './plan-workers.ts'

/** `[build.plan]`, and above it the build commands of `[build]` and the system packages of `[build]` and `[run]`. */
export function planSection(document: Hop3TomlDocument): Section {
  const { plan: written, originOf } = document
  const commands = commandPhases(document)
  const plans: readonly LocatedPlan[] = [
    ...(written === undefined ? [] : [locatedPlan(written)]),
    ...(commands.length === 0 ? [] : [commandPlan(commands, originOf)]),
  ]
  return { plans, origins: Object.fromEntries(plans.flatMap((plan) => Object.entries(phaseOrigins(plan)))) }
}

function locatedPlan({ plan: written, originOf }: PlanDocument): LocatedPlan {
  const { plan } = workersOfPlan(written)
  return { plan, origins: planOrigins(plan, originOf) }
}

function commandPlan(commands: readonly CommandPhase[], originOf: Hop3TomlDocument['originOf']): LocatedPlan {
  return {
    plan: { phases: Object.fromEntries(commands.map(({ name, phase }) => [name, phase])) },
    origins: Object.fromEntries(
      commands.flatMap(({ name, keys, phase }) => Object.keys(phase).map((key) => [`phases.${name}.${key}`, originOf(...keys)])),
    ),
  }
}

interface CommandPhase {
  readonly name: string
  readonly keys: readonly string[]
  readonly phase: PhaseInput
}

function commandPhases({ toml }: Hop3TomlDocument): readonly CommandPhase[] {
  const { build, run } = toml
  const phases: CommandPhase[] = []
  const keys = { prebuild: 'before-build', build: 'build', postbuild: 'after-build', test: 'test' } as const
  for (const name of ['prebuild', 'build', 'postbuild', 'test'] as const) {
    const commands = build?.[keys[name]]
    if (commands !== undefined) phases.push({ name, keys: ['build', keys[name]], phase: { cmds: [joined(commands)] } })
  }
  const pipInstall = build?.['pip-install'] ?? []
  if (pipInstall.length > 0) {
    const install = ['python', '-m', 'pip', 'install', '--', ...pipInstall].map(shellQuote).join(' ')
    phases.push({ name: 'install', keys: ['build', 'pip-install'], phase: { cmds: ['...', install] } })
  }
  const packages = [...new Set([...(build?.packages ?? []), ...(run?.packages ?? [])])]
  if (packages.length > 0) {
    const given = build?.packages === undefined ? ['run', 'packages'] : ['build', 'packages']
    phases.push({ name: 'setup', keys: given, phase: { aptPkgs: ['...', ...packages] } })
  }
  return phases
}
