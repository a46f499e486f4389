/** Asks one toolchain about an app that is a handful of files. */
import { silentLog } from '@hop3/core'
import type { ToolchainContext, ToolchainFactory, ToolchainPlan, Verdict } from '@hop3/core'
import { createSourceView } from '@hop3/planner'
import { tempApp } from '@hop3/testing'
import type { Files } from '@hop3/testing'
import { toolchains } from '../src/index.ts'

type Change = Partial<Pick<ToolchainContext, 'options' | 'versions' | 'named' | 'root'>>

export function toolchainNamed(name: string): ToolchainFactory {
  const found = toolchains.find((factory) => factory.name === name)
  if (found === undefined) throw new Error(`There is no toolchain ${name}.`)
  return found
}

export async function planOf(name: string, files: Files, change: Change = {}): Promise<ToolchainPlan> {
  return toolchainNamed(name)
    .create(await contextOf(files, change))
    .plan()
}

export async function verdictOf(name: string, files: Files, change: Change = {}): Promise<Verdict> {
  return toolchainNamed(name)
    .create(await contextOf(files, change))
    .accept()
}

async function contextOf(files: Files, change: Change): Promise<ToolchainContext> {
  const source = createSourceView(await tempApp(files))
  return { appName: 'shop', source, root: '', options: undefined, versions: {}, named: false, log: silentLog, ...change }
}
