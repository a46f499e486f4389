/** Which versions a build on this host has, for a plan that is to stay as it is. */
import { join } from 'node:path'
import { isHop3Error, type BuildPlan, type ToolVersion } from '@hop3/core'
import { programsOf } from '../command-words.ts'
import { hostPlatform } from '../platform.ts'
import type { Session } from '../session.ts'
import { hostTool } from './host-tool.ts'
import { knownTools } from './known-tools.ts'
import type { Wanted } from './means.ts'
import { settle, type ToolsRequest } from './provide-tools.ts'
import { partsOf } from './version-text.ts'
import { wantedVersions } from './wanted-versions.ts'

/** See `Builder.versions`. A version that cannot be had here stays as it is written, with a warning. */
export async function resolveVersions({ context, planned }: Session): Promise<Readonly<Record<string, ToolVersion>>> {
  const { plan, base } = await planned()
  const request = { context, plan, platform: hostPlatform(), directory: join(context.sourcePath, base, plan.root ?? '') }
  const resolved: Record<string, ToolVersion> = { ...plan.versions }
  for (const wanted of wantedVersions(plan, context.log)) {
    const version = isExact(wanted.version) ? wanted.version : await settledVersion(request, wanted)
    resolved[wanted.name] = { version, origin: wanted.origin }
  }
  for (const wanted of openVersions(plan)) {
    const version = (await hostTool(wanted, request))?.version ?? ''
    if (version === '') context.log.warn(`The version of ${wanted.name} stays open: nobody wrote one, and this host has no ${wanted.name}.`)
    else resolved[wanted.name] = { version, origin: wanted.origin }
  }
  return resolved
}

function isExact(version: string): boolean {
  return (partsOf(version)?.length ?? 0) >= 3
}

async function settledVersion(request: ToolsRequest, wanted: Wanted): Promise<string> {
  try {
    return (await settle(request, wanted)).version
  } catch (error) {
    if (!isHop3Error(error)) throw error
    request.context.log.warn(`The version of ${wanted.name} stays ${wanted.version}. ${error.message}`)
    return wanted.version
  }
}

/** The languages the plan's commands start without saying which version. */
function openVersions({ versions, phases, processes }: BuildPlan): readonly Wanted[] {
  const commands = [...Object.values(phases).flatMap(({ cmds }) => cmds), ...Object.values(processes)]
  const started = new Set(commands.flatMap(programsOf))
  const open = Object.entries(knownTools).filter(([name, tool]) => !tool.isManager && !Object.hasOwn(versions, name))
  return open
    .filter(([, tool]) => [...tool.programs(''), ...tool.startedBy].some((program) => started.has(program)))
    .map(([name, tool]) => ({
      name,
      tool,
      programs: tool.programs(''),
      version: '',
      range: '*',
      runs: tool.runs,
      origin: 'the version of the host that froze this plan',
    }))
}
