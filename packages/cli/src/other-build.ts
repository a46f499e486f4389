import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '@hop3/core'
import { hostLog } from './host-registry.ts'
import type { Invocation } from './invocation.ts'

/** Files that say themselves how an app is built. A glance at their names keeps a plan of every other app as cheap as it is. */
const ownBuilds = /^(?:Dockerfile|Containerfile|hop3\.nix)$/

/** The builder that does what a plan says. */
export const builtByPlan = 'local'

/** Warns where `deploy` builds by something else than the plan that was asked for. Returns what builds the app, where that was to be found out. */
export async function warnOfOtherBuild(invocation: Invocation, app: App): Promise<string | undefined> {
  const names = readdirSync(join(app.sourcePath, app.config.build.root ?? ''))
  if (!names.some((name) => ownBuilds.test(name))) return undefined
  const [{ builderSelection }, { createHost }] = await Promise.all([import('./builder-selection.ts'), import('./host.ts')])
  const { considered, chosen } = await builderSelection(app, await createHost(invocation), {})
  const reason = considered.find(({ name }) => name === chosen.name)?.verdict.reason
  if (chosen.name !== builtByPlan)
    hostLog(invocation).warn(
      `${chosen.name} builds this app, not this plan: ${reason ?? ''}. Deploy with \`--builder local\` to have it built by the plan.`,
    )
  return chosen.name
}
