import { formatPlan, freezePlan, planToToml } from '@hop3/planner'
import { builderSelection } from '../builder-selection.ts'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { findOtherBuild, warnOfOtherBuild } from '../other-build.ts'
import { planDirectory } from '../planned-app.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const look = {}
  const { app, planned } = await planDirectory(invocation, look)
  warnOfOtherBuild(invocation, await findOtherBuild(invocation, app))
  const { chosen } = await builderSelection(app, await createHost(invocation), look)
  const plan = freezePlan(planned.plan, await chosen.versions?.())
  const text = invocation.options.text('format') === 'json' ? formatPlan(plan) : planToToml(plan)
  return { value: {}, text, verbatim: true }
}
