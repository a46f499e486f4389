import type { BuildPlan, Log } from '@hop3/core'
import { visible } from '@hop3/core'
import { programsOf } from '../command-words.ts'
import { knownTool } from './known-tools.ts'
import type { Wanted } from './means.ts'
import { partsOf, rangeOf } from './version-text.ts'

/** The plan's versions a native build answers for. A text that is no version is no wish; it is warned of, and so is a tool nobody here knows. */
export function wantedVersions(plan: Pick<BuildPlan, 'versions' | 'phases' | 'processes'>, log?: Log): readonly Wanted[] {
  const built = new Set(Object.values(plan.phases).flatMap((phase) => phase.cmds.flatMap(programsOf)))
  const run = new Set(Object.values(plan.processes).flatMap(programsOf))
  return Object.entries(plan.versions).flatMap(([name, { version, origin }]) => {
    const tool = knownTool(name)
    if (tool === undefined) {
      if (!installedByPlan.has(name))
        log?.warn(`${origin} asks for ${name} ${visible(version)}: a local build cannot tell which version it uses.`)
      return []
    }
    const names = tool.programs(version)
    const started = names.filter((program) => built.has(program) || run.has(program))
    const runs = tool.runs || started.some((program) => run.has(program))
    if (tool.isManager && started.length === 0) return []
    const programs = started.length === 0 ? names : started
    const range = isChannel(name, version) ? nothing : rangeOf(version, name)
    const near = partsOf(version)?.slice(0, 2).join('.')
    if (range !== undefined) return [{ name, tool, programs, version, origin, range, runs, ...(near?.includes('.') && { near }) }]
    log?.warn(`${origin} asks for ${name} ${visible(version)}, which is no version: the host's own is used.`)
    return []
  })
}

/** A channel is known by its name alone. */
const nothing = '<0.0.0-0'

/** Their commands name the version, and bring it. */
const installedByPlan = new Set(['uv', 'poetry', 'pdm', 'pipenv', 'yarn-berry'])

/** What Rust has instead of a version, and Go's release candidates. */
export function isChannel(name: string, version: string): boolean {
  return (
    (name === 'rust' && /^(?:nightly|beta)(?:-\d{4}-\d\d-\d\d)?$/.test(version)) ||
    (name === 'go' && /^\d+\.\d+(?:rc|beta)\d+$/.test(version))
  )
}
