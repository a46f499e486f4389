/** How a member of a workspace is built: what it needs first, by the tool the workspace has for that. */
import { posix } from 'node:path'
import { shellQuote } from '@hop3/core'
import { tableAt, textAt } from '../value-at.ts'
import type { NodeManager } from './manager.ts'
import type { ManagerCommands } from './managers.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { neededMembers } from './workspace.ts'
import type { NodeWorkspace } from './workspace.ts'

export interface WorkspaceBuild {
  /** They run in the app's directory. */
  readonly cmds: readonly string[]
  readonly origin: string
  readonly variables: Readonly<Record<string, string>>
}

/** Undefined where the app's own script is all there is to run. */
export async function workspaceBuild(
  workspace: NodeWorkspace,
  script: string | undefined,
  manager: NodeManager,
  commands: ManagerCommands,
): Promise<WorkspaceBuild | undefined> {
  const { app, top } = workspace
  if (app === top) return undefined
  const runner = script === 'build' && app.name !== undefined ? await taskRunner(top, app, app.name) : undefined
  if (runner !== undefined) return { ...runner, cmds: [toTop(app, localCommand(manager, commands, runner.command))] }
  const needed = neededMembers(workspace).filter(({ scripts }) => scripts['build'] !== undefined)
  if (needed.length === 0) return undefined
  const origin = `${needed.map(({ directory }) => directory).join(', ')} first`
  return { cmds: withNeeded(app, needed, script, manager, commands), origin, variables: {} }
}

interface Runner {
  readonly command: string
  readonly origin: string
  readonly variables: Readonly<Record<string, string>>
}

async function taskRunner(top: NodeApp, app: NodeApp, name: string): Promise<Runner | undefined> {
  // It may have comments: its text is searched.
  const turbo = top.names.includes('turbo.json') && dependsOn(top, 'turbo') ? await top.source.readText('turbo.json') : undefined
  if (turbo !== undefined && /"build"\s*:/.test(turbo)) {
    return {
      command: `turbo run build --filter=${shellQuote(`${name}...`)}`,
      origin: 'turbo.json',
      variables: { TURBO_TELEMETRY_DISABLED: '1' },
    }
  }
  if (!top.names.includes('nx.json') || !dependsOn(top, 'nx')) return undefined
  const project = app.names.includes('project.json') ? await app.source.readJson('project.json') : undefined
  const projectName = textAt(tableAt(project), 'name') ?? textAt(app.data, 'nx', 'name') ?? name
  // Its daemon would outlive the build.
  return { command: `nx run ${shellQuote(`${projectName}:build`)}`, origin: 'nx.json', variables: { NX_DAEMON: 'false' } }
}

/** Through the manager, because such a runner calls it by name. */
function localCommand(manager: NodeManager, { program }: ManagerCommands, command: string): string {
  if (manager === 'npm') return command
  return `${program} ${manager === 'pnpm' ? 'exec' : manager === 'bun' ? 'x' : 'run'} ${command}`
}

function withNeeded(
  app: NodeApp,
  needed: readonly NodeApp[],
  script: string | undefined,
  manager: NodeManager,
  { program, run }: ManagerCommands,
): readonly string[] {
  const all = [...needed.map((member) => [member, 'build'] as const), ...(script === undefined ? [] : [[app, script] as const])]
  if (manager === 'pnpm' && script === 'build' && app.name !== undefined)
    return [`${program} --filter ${shellQuote(`${app.name}...`)} run build`]
  if (manager === 'npm' && script === 'build') {
    const words = all.map(([member]) => `-w ${shellQuote(member.name ?? member.directory)}`)
    return [toTop(app, `npm run build ${words.join(' ')}`)]
  }
  return all.map(([member, name]) => {
    if (member === app) return run(name)
    if (manager === 'yarn' || manager === 'yarn-berry')
      return toTop(app, `${program} workspace ${shellQuote(member.name ?? '')} run ${name}`)
    return `cd ${shellQuote(posix.relative(`/${app.directory}`, `/${member.directory}`))} && ${run(name)}`
  })
}

/** The command, run at the top of the workspace. */
export function toTop({ directory }: NodeApp, command: string): string {
  return directory === '' ? command : `cd ${posix.relative(`/${directory}`, '/')} && ${command}`
}
