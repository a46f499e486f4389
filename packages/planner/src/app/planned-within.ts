import type { AppConfig, ToolchainFactory } from '@hop3/core'
import type { PlannedApp } from './planned-app.ts'

interface Asked {
  readonly appName: string
  readonly sourcePath: string
  readonly config: AppConfig
  readonly toolchains: readonly ToolchainFactory[]
}

/** All copies of this module know it: a bundled program has its own, and each builder it loads another. The number is that of what is kept. */
const key = Symbol.for('@hop3/planner/planned-within/1')

/** It holds the plan itself, so that the plan is forgotten with it. */
interface Look {
  [key]?: { readonly asked: Asked; readonly planned: Promise<PlannedApp> }
}

/** What was planned within this look at the app, if it was the same app; else what `plan` comes to. */
export function plannedWithin(look: Look, asked: Asked, plan: () => Promise<PlannedApp>): Promise<PlannedApp> {
  const before = look[key]
  if (before !== undefined && isSame(before.asked, asked)) return before.planned
  const planned = plan()
  look[key] = { asked, planned }
  return planned
}

function isSame(one: Asked, other: Asked): boolean {
  const isAlike = one.config === other.config && one.sourcePath === other.sourcePath && one.appName === other.appName
  return isAlike && one.toolchains.length === other.toolchains.length && one.toolchains.every((it, at) => it === other.toolchains[at])
}
