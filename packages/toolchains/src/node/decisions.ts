import { joinPaths } from '@hop3/core'
import type { Decision } from '@hop3/core'
import type { BuildPhase } from './build-phase.ts'
import type { Framework } from './framework.ts'
import type { InstallInputs } from './install-inputs.ts'
import type { ManagerChoice } from './manager.ts'
import type { Runtime } from './runtime.ts'
import type { Server } from './server.ts'
import type { Site } from './site.ts'
import type { NodeWorkspace } from './workspace.ts'

export interface NodeFacts {
  readonly runtime: Runtime
  readonly workspace: NodeWorkspace
  readonly choice: ManagerChoice
  readonly framework: Framework | undefined
  readonly site: Site | undefined
  readonly server: Server | undefined
  readonly install: InstallInputs
  readonly build: BuildPhase | undefined
}

/** What was decided about an app, and by which file and line. */
export function decisionsOf({ runtime, workspace, choice, framework, site, server, install, build }: NodeFacts): readonly Decision[] {
  const { app, top, members } = workspace
  const root = top.names.includes('pnpm-workspace.yaml') ? 'pnpm-workspace.yaml' : top.origin('workspaces')
  return [
    { key: `${runtime.name}.package_manager`, value: choice.manager, origin: choice.origin },
    ...(members.length === 0 ? [] : [{ key: `${runtime.name}.workspace`, value: `${members.length} packages`, origin: root }]),
    ...(framework === undefined
      ? []
      : [{ key: `${runtime.name}.framework`, value: framework.name, origin: app.origin(framework.dependency) }]),
    ...(install.reason === undefined ? [] : [{ key: `${runtime.name}.install.inputs`, value: 'the whole source', origin: install.reason }]),
    ...(build?.order === undefined
      ? []
      : [{ key: `${runtime.name}.build`, value: build.phase.cmds?.join('; ') ?? '', origin: build.order }]),
    ...(site === undefined ? [] : [{ key: 'processes.static', value: joinPaths(app.directory, site.directory), origin: site.reason }]),
    ...(site === undefined ? [] : [{ key: `${runtime.name}.spa`, value: String(site.spa), origin: site.reason }]),
    ...(server === undefined ? [] : [{ key: 'processes.web', value: server.command, origin: server.origin }]),
  ]
}
