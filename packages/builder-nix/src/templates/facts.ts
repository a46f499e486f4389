/** What an app's toolchain says of it, as far as a template has use for it: the same that every other builder builds by. */
import { shellQuote, type Phase, type ToolVersion } from '@hop3/core'
import { orderPhases, type PlannedApp } from '@hop3/planner'

export interface ToolchainFacts {
  /** Commands of a shell that build the app, once what it depends on is there; undefined where nobody says. */
  readonly build: readonly string[] | undefined
  /** What they make, relative to the app; empty where that is not known. */
  readonly outputs: readonly string[]
  /** Versions of tools that the app itself asks for: exact, the beginning of one, or a range. */
  readonly versions: Readonly<Record<string, ToolVersion>>
  /** Those that the configuration does not have. */
  readonly workers: Readonly<Record<string, string>>
  /** Variables of the workers. */
  readonly envVars: Readonly<Record<string, string>>
  readonly decisions: Readonly<Record<string, string>>
}

export const noFacts: ToolchainFacts = { build: undefined, outputs: [], versions: {}, workers: {}, envVars: {}, decisions: {} }

/** Phases that a template has its own way of doing. */
const own = new Set(['setup', 'install'])

export function factsOf({ plan, runtime, decisions }: PlannedApp): ToolchainFacts {
  const phases = orderPhases(plan)
    .filter((name) => !own.has(name))
    .flatMap((name) => plan.phases[name] ?? [])
  const asked = Object.entries(plan.versions).filter(([, { origin }]) => origin !== 'default')
  return {
    build: phases.flatMap((phase) => commandsOf(phase, plan.variables)),
    outputs: phases.flatMap(({ outputs = [] }) => outputs),
    versions: Object.fromEntries(asked),
    workers: runtime.workers,
    envVars: runtime.envVars,
    decisions: Object.fromEntries(decisions.map(({ key, value }) => [key, value])),
  }
}

/** Each in a shell of its own, with the variables of the plan and of its phase. */
function commandsOf({ cmds, variables }: Phase, shared: Readonly<Record<string, string>>): readonly string[] {
  const exports = Object.entries({ ...shared, ...variables }).map(([name, value]) => `export ${name}=${shellQuote(value)}`)
  return cmds.map((command) => ['(', ...exports, command, ')'].join('\n'))
}
