import { hop3Error } from '@hop3/core'
import { formatPlan, planApp, planToToml, type PlannedApp } from '@hop3/planner'
import { appInDirectory } from '../app-source.ts'
import type { CommandResult } from '../command-spec.ts'
import { createHostRegistry, hostLog } from '../host-registry.ts'
import type { Invocation } from '../invocation.ts'
import { planningAccess } from '../planning-access.ts'
import { planText } from '../render/plan-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const app = await appInDirectory(invocation, operands[0])
  const registry = await createHostRegistry(invocation)
  const toolchains = await registry.toolchains()
  const planned = await planApp({
    appName: app.name,
    sourcePath: app.sourcePath,
    config: app.config,
    toolchains,
    log: hostLog(invocation),
    access: planningAccess(invocation, registry),
  })
  if (planned.kind === '') throw nothingToPlan(app.sourcePath, planned)

  const format = options.text('format') ?? 'text'
  if (format === 'json') return { value: {}, text: formatPlan(planned.plan), verbatim: true }
  if (format === 'toml') return { value: {}, text: planToToml(planned.plan), verbatim: true }
  const { kind, toolchains: chosen, plan, runtime, considered, decisions, warnings } = planned
  return {
    value: { app: app.name, kind, toolchains: chosen, plan, runtime, considered, decisions, warnings },
    text: planText(app.name, planned, output.paint),
  }
}

function nothingToPlan(sourcePath: string, { considered }: PlannedApp): Error {
  const reasons = considered.map(({ name, verdict }) => `\n  ${name}: ${verdict.reason}`).join('')
  return hop3Error('select.builder.none', `No toolchain knows the app in ${sourcePath}, and nothing says how to run it.${reasons}`, {
    hint: 'Add what one of them looks for, or a Procfile with a line such as `web: ./start-my-app`.',
    details: { considered },
  })
}
