import { isHop3Error, providerHost, type App, type Considered, type Host } from '@hop3/core'
import { explainPlan, planApp } from '@hop3/planner'
import { appInDirectory } from '../app-source.ts'
import { builderSelection } from '../builder-selection.ts'
import type { CommandResult } from '../command-spec.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { valuesText } from '../render/explain-text.ts'
import { warningLines } from '../render/warning-lines.ts'
import { verdictText, type VerdictRow } from '../render/verdict-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const app = await appInDirectory(invocation, invocation.operands[0], { purpose: 'look' })
  const host = await createHost(invocation)
  const look = {}
  const builders = await askBuilders(app, host, look)
  const toolchains = await planApp({
    appName: app.name,
    sourcePath: app.sourcePath,
    config: app.config,
    toolchains: await host.registry.toolchains(),
    log: host.log,
    access: { run: host.run, signal: host.signal, cachePath: host.home.cachePath, env: host.toolEnv, providers: providerHost(host) },
    look,
  })
  const considered = [
    ...toolchains.considered.map(({ name, verdict }): VerdictRow => ({ role: 'toolchain', name, ...verdict })),
    ...builders.considered.map(({ name, verdict }): VerdictRow => ({ role: 'builder', name, ...verdict })),
  ]
  const chosen = { builder: builders.chosen, toolchains: toolchains.toolchains }
  const explained = invocation.options.flag('explain') ? explainPlan(toolchains.plan, toolchains.layers) : undefined
  const text = verdictText({ appName: app.name, ...chosen, considered, problem: builders.problem?.message }, invocation.output.paint)
  const { warnings } = toolchains
  const sections = [
    text,
    explained === undefined ? '' : valuesText(explained, invocation.output.paint),
    warningLines(warnings, invocation.output.paint).join('\n'),
  ]
  return {
    value: { app: app.name, ...chosen, considered, warnings, ...(explained && { explained }) },
    text: sections.filter((section) => section !== '').join('\n\n'),
    exitCode: builders.problem === undefined ? 0 : exitCodeOf(builders.problem.code),
  }
}

interface Builders {
  readonly chosen: string | null
  readonly considered: readonly Considered[]
  readonly problem?: { readonly code: string; readonly message: string }
}

/** That nobody takes the app is an answer here, not a failure to answer. */
async function askBuilders(app: App, host: Host, look: object): Promise<Builders> {
  try {
    const { chosen, considered } = await builderSelection(app, host, look)
    return { chosen: chosen.name, considered }
  } catch (error) {
    if (!isHop3Error(error) || !isConsidered(error.details['considered'])) throw error
    return { chosen: null, considered: error.details['considered'], problem: error }
  }
}

function isConsidered(value: unknown): value is readonly Considered[] {
  return Array.isArray(value)
}
