import { formatPlan, freezePlan, planToToml } from '@hop3/planner'
import type { CommandResult } from '../command-spec.ts'
import type { Invocation } from '../invocation.ts'
import { planDirectory } from '../planned-app.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { planned } = await planDirectory(invocation)
  const plan = freezePlan(planned.plan)
  const text = invocation.options.text('format') === 'json' ? formatPlan(plan) : planToToml(plan)
  return { value: {}, text, verbatim: true }
}
