import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '@hop3/core'
import { hostLog } from './host-registry.ts'
import type { Invocation } from './invocation.ts'

/** Files that say themselves how an app is built. A glance at their names keeps a plan of every other app as cheap as it is. */
const ownBuilds = /^(?:Dockerfile|Containerfile|hop3\.nix)$/

/** The builder that does what a plan says. */
export const builtByPlan = 'local'

export interface OtherBuild {
  readonly name: string
  /** Why it takes the app. */
  readonly reason: string
}

/** Who builds the app, where there is a file that says how; undefined where that was not to be found out. */
export async function findOtherBuild(invocation: Invocation, app: App): Promise<OtherBuild | undefined> {
  const names = readdirSync(join(app.sourcePath, app.config.build.root ?? ''))
  if (!names.some((name) => ownBuilds.test(name))) return undefined
  const [{ builderSelection }, { createHost }] = await Promise.all([import('./builder-selection.ts'), import('./host.ts')])
  const { considered, chosen } = await builderSelection(app, await createHost(invocation), {})
  return { name: chosen.name, reason: considered.find(({ name }) => name === chosen.name)?.verdict.reason ?? '' }
}

/** Warns where `deploy` builds by something else than the plan that was asked for. */
export function warnOfOtherBuild(invocation: Invocation, other: OtherBuild | undefined): void {
  if (other === undefined || other.name === builtByPlan) return
  hostLog(invocation).warn(
    `${other.name} builds this app, not this plan: ${other.reason}. Deploy with \`--builder local\` to have it built by the plan.`,
  )
}
