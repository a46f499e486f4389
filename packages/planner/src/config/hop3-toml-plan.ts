import { shellQuote } from '@hop3/core'
import type { PhaseInput } from '@hop3/core'
import type { Hop3TomlDocument, Section } from './hop3-toml-document.ts'
import { joined } from './hop3-toml-runtime.ts'
import { workersOfPlan } from './plan-workers.ts'

/** `[build.plan]`, and above it the build commands of `[build]` and the system packages of `[build]` and `[run]`. */
export function planSection(document: Hop3TomlDocument): Section {
  const { plan, originOf } = document
  const commands = commandPhases(document)
  const phases = Object.fromEntries(commands.map(({ name, phase }) => [name, phase]))
  return {
    plans: [...(plan === undefined ? [] : [workersOfPlan(plan).plan]), ...(commands.length === 0 ? [] : [{ phases }])],
    origins: Object.fromEntries([
      ...Object.keys(plan?.phases ?? {}).map((name) => [`phases.${name}`, originOf('build', 'plan', 'phases', name)] as const),
      ...commands.map(({ name, keys }) => [`phases.${name}`, originOf(...keys)] as const),
    ]),
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
