/** The package that is built, and the workspace it may be a member of. */
import type { ToolchainContext } from '@hop3/core'
import { readNodeApp } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { workspaceMembers } from './workspace-members.ts'

export interface NodeWorkspace {
  /** The package that is built and run. */
  readonly app: NodeApp
  /** Where dependencies are installed and the lock file lies: the workspace's root, or the package itself. */
  readonly top: NodeApp
  /** The packages below `top`; empty where it is no workspace. */
  readonly members: readonly NodeApp[]
}

/** Undefined when the app's directory has no package.json. Throws as `readNodeApp`, for the members as well. */
export async function readWorkspace({ source, root }: Pick<ToolchainContext, 'source' | 'root'>): Promise<NodeWorkspace | undefined> {
  const app = await readNodeApp(source, root)
  if (app === undefined) return undefined
  const above = root === '' ? app : await readNodeApp(source)
  const members = above === undefined ? [] : await workspaceMembers(above)
  // The workspace may be one of another language, in which this package stands on its own.
  if (above === undefined || (root !== '' && !members.some(({ directory }) => directory === root))) return { app, top: app, members: [] }
  return { app, top: above, members }
}

/** The members `app` is built from, those that others need first: its own dependencies and theirs, by name. */
export function neededMembers({ app, members }: NodeWorkspace): readonly NodeApp[] {
  const byName = new Map(members.flatMap((member) => (member.name === undefined ? [] : [[member.name, member] as const])))
  const seen = new Set<NodeApp>([app])
  const needed: NodeApp[] = []
  const visit = (one: NodeApp): void => {
    for (const name of Object.keys(one.dependencies)) {
      const member = byName.get(name)
      if (member === undefined || seen.has(member)) continue
      seen.add(member)
      visit(member)
      needed.push(member)
    }
  }
  visit(app)
  return needed
}
