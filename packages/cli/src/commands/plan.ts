import { hop3Error, type App } from '@hop3/core'
import { explainPlan, formatPlan, planToToml, type PlannedApp } from '@hop3/planner'
import { checkDeployment } from '../check-deployment.ts'
import type { CommandResult } from '../command-spec.ts'
import { hostLog } from '../host-registry.ts'
import type { Invocation } from '../invocation.ts'
import { builtByPlan, findOtherBuild, warnOfOtherBuild, type OtherBuild } from '../other-build.ts'
import { planNote } from '../plan-note.ts'
import { planDirectory } from '../planned-app.ts'
import { planText } from '../render/plan-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, output } = invocation
  checkOneAnswer(options)
  if (options.flag('schema')) return printSchema(invocation)
  const look = {}
  const format = options.text('format') ?? 'text'
  let found: Promise<OtherBuild | undefined> | undefined
  const otherOf = (one: App): Promise<OtherBuild | undefined> => (found ??= findOtherBuild(invocation, one))
  // Of a plan for programs there would be nothing left.
  const isShown = format === 'text' && !options.flag('diff')
  const { app, planned, registry } = await planDirectory(invocation, look, isShown ? async (one) => (await otherOf(one))?.name : undefined)
  await checkDeployment(invocation, { app, registry, look })
  const other = await otherOf(app)
  if (planned.kind !== '') warnOfOtherBuild(invocation, other)
  if (format !== 'text') {
    for (const warning of planned.warnings) hostLog(invocation).warn(warning)
    return { value: {}, text: await alone(planned, format), verbatim: true }
  }
  if (options.flag('diff')) return (await import('../plan-difference.ts')).planDifference(invocation, app.name, planned)

  const { kind, toolchains, plan, layers, runtime, considered, decisions, warnings } = planned
  const note = await planNote(invocation, { app, registry, look, chosen: other?.name })
  const value = {
    // Below what the plan itself has, whatever a builder is called.
    ...(note && { [note.name]: note.value }),
    app: app.name,
    ...(other && { builder: other.name }),
    kind,
    toolchains,
    plan,
    runtime,
    considered,
    decisions,
    warnings,
  }
  const isUnused = other !== undefined && other.name !== builtByPlan
  if (!options.flag('explain')) return { value, text: planText(app.name, planned, output.paint, { note, isUnused }) }
  const { explainText } = await import('../render/explain-text.ts')
  const explained = explainPlan(plan, layers)
  return {
    value: { ...value, explained },
    text: explainText({ appName: app.name, considered, explained, decisions, warnings }, output.paint),
  }
}

/** Each of them is another answer. The schema is JSON, so asking for that says no more. */
function checkOneAnswer(options: Invocation['options']): void {
  const format = options.text('format') ?? 'text'
  const isWritten = format !== 'text' && !(format === 'json' && options.flag('schema'))
  const flags = ['schema', 'diff', 'explain'].filter((name) => options.flag(name)).map((name) => `--${name}`)
  const [first, second] = [...flags, ...(isWritten ? [`--format ${format}`] : [])]
  if (second === undefined) return
  throw hop3Error('usage.conflicting-options', `\`hop3 plan\` cannot answer ${first} and ${second} at once.`, {
    hint: first === '--schema' ? `Leave one of them out.` : `Leave one of them out; \`hop3 plan ${first} --json\` is for programs.`,
  })
}

async function alone({ plan }: PlannedApp, format: string): Promise<string> {
  if (format === 'json') return formatPlan(plan)
  if (format === 'toml') return planToToml(plan)
  const { planToDot, planToSvg } = await import('@hop3/planner')
  return format === 'dot' ? planToDot(plan) : planToSvg(plan)
}

async function printSchema(invocation: Invocation): Promise<CommandResult> {
  const [{ configSchema }, { createHostRegistry }] = await Promise.all([import('@hop3/planner'), import('../host-registry.ts')])
  const schema = await configSchema(await (await createHostRegistry(invocation)).toolchains())
  return { value: {}, text: `${JSON.stringify(schema, null, 2)}\n`, verbatim: true }
}
