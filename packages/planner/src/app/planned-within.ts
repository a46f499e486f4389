import type { AppConfig } from '@hop3/core'
import type { PlannedApp } from './planned-app.ts'

interface Asked {
  readonly appName: string
  readonly sourcePath: string
  readonly config: AppConfig
}

/** By look, so that a plan is forgotten with it. */
const known = new WeakMap<object, { readonly asked: Asked; readonly planned: Promise<PlannedApp> }>()

/** What was planned within this look at the app, if it was the same app; else what `plan` comes to. */
export function plannedWithin(look: object, asked: Asked, plan: () => Promise<PlannedApp>): Promise<PlannedApp> {
  const before = known.get(look)
  if (before !== undefined && isSame(before.asked, asked)) return before.planned
  const planned = plan()
  known.set(look, { asked, planned })
  return planned
}

function isSame(one: Asked, other: Asked): boolean {
  return one.config === other.config && one.sourcePath === other.sourcePath && one.appName === other.appName
}
