import { joinPaths } from '@hop3/core'
import type { PhaseInput } from '@hop3/core'
import type { Framework } from './framework.ts'
import type { ManagerChoice } from './manager.ts'
import type { ManagerCommands } from './managers.ts'
import { isPlainBuild } from './scripts.ts'
import type { Server } from './server.ts'
import type { Site } from './site.ts'
import { workspaceBuild } from './workspace-build.ts'
import type { NodeWorkspace } from './workspace.ts'

export interface BuildRequest {
  readonly workspace: NodeWorkspace
  readonly framework: Framework | undefined
  readonly script: string | undefined
  readonly site: Site | undefined
  readonly server: Server | undefined
  readonly choice: ManagerChoice
  readonly commands: ManagerCommands
}

export interface BuildPhase {
  readonly phase: PhaseInput
  /** Where the members of a workspace are built first, by what. */
  readonly order: string | undefined
}

/** Undefined when there is nothing to build. Commands run in the app's directory; paths are those of the whole source. */
export async function buildPhase(request: BuildRequest): Promise<BuildPhase | undefined> {
  const { workspace, framework, script, server, choice, commands } = request
  const { app } = workspace
  const ordered = await workspaceBuild(workspace, script, choice.manager, commands)
  const own = script === undefined ? framework?.buildCommand : commands.run(script)
  const cmds = ordered === undefined ? [own] : [...ordered.cmds, script === undefined ? own : undefined]
  const known = cmds.filter((command) => command !== undefined)
  if (known.length === 0) return undefined
  // What other members write is not known.
  const isPlain = ordered === undefined && framework !== undefined && (script === undefined || isPlainBuild(app, script, framework.build))
  const outputs = outputsOf(request)
  const below = (path: string): string => joinPaths(app.directory, path)
  return {
    order: ordered?.origin,
    phase: {
      cmds: [...known, ...(server?.afterBuild ?? [])],
      // NODE_ENV is not set while installing: it would leave out what the build needs.
      variables: { NODE_ENV: 'production', ...framework?.variables, ...ordered?.variables, ...server?.buildVariables },
      ...(framework?.caches && { cacheDirectories: framework.caches.map(below) }),
      ...(isPlain && outputs.length > 0 && { outputs: outputs.map(below) }),
    },
  }
}

function outputsOf({ framework, site }: BuildRequest): readonly string[] {
  return [...new Set([...(site === undefined || covers(framework, site) ? [] : [site.directory]), ...(framework?.outputs ?? [])])]
}

function covers(framework: Framework | undefined, site: Site): boolean {
  return framework?.outputs.some((output) => site.directory === output || site.directory.startsWith(`${output}/`)) ?? false
}
