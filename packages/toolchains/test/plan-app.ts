/** Asks one toolchain about an app that is a handful of files. */
import { emptyAppConfig, silentLog } from '@hop3/core'
import type { ToolchainContext, ToolchainFactory, ToolchainPlan, Verdict } from '@hop3/core'
import { createSourceView, toolchainOptions } from '@hop3/planner'
import { tempApp } from '@hop3/testing'
import type { Files } from '@hop3/testing'
import plugin from '../src/index.ts'

type Change = Partial<Pick<ToolchainContext, 'options' | 'versions' | 'named' | 'root' | 'envNames'>>

export function toolchainNamed(name: string): ToolchainFactory {
  const found = plugin.toolchains?.find((factory) => factory.name === name)
  if (found === undefined) throw new Error(`There is no toolchain ${name}.`)
  return found
}

export async function planOf(name: string, files: Files, change: Change = {}): Promise<ToolchainPlan> {
  return toolchainNamed(name)
    .create(await contextOf(name, files, change))
    .plan()
}

export async function verdictOf(name: string, files: Files, change: Change = {}): Promise<Verdict> {
  return toolchainNamed(name)
    .create(await contextOf(name, files, change))
    .accept()
}

async function contextOf(name: string, files: Files, { options, ...change }: Change): Promise<ToolchainContext> {
  const source = createSourceView(await tempApp(files))
  const read = options === undefined ? undefined : await optionsOf(name, options)
  return { appName: 'shop', source, root: '', options: read, versions: {}, named: false, log: silentLog, ...change }
}

/** What the planner makes of `[build.<name>]`. */
export async function optionsOf(name: string, table: unknown): Promise<unknown> {
  const config = { ...emptyAppConfig, build: { ...emptyAppConfig.build, options: { [name]: table } } }
  return (await toolchainOptions(config, plugin.toolchains ?? [])).tables.get(name)
}
