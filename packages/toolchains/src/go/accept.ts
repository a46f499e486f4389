import { isHop3Error } from '@hop3/core'
import type { ToolchainContext, Verdict } from '@hop3/core'
import { readOptions } from '../read-options.ts'
import { chooseMain, packageOf } from './choose-main.ts'
import { findMainPackages } from './main-packages.ts'
import { readGoSource } from './module.ts'
import { goOptions } from './options.ts'

/** Accepts a module, a workspace or a main.go that holds a program; a library is none of ours. */
export async function acceptGo(context: ToolchainContext): Promise<Verdict> {
  const { source, named } = context
  const names = await source.list()
  const manifest = ['go.work', 'go.mod', 'main.go'].find((name) => names.includes(name))
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: manifest === undefined ? [] : [manifest] }
  if (manifest === undefined) return { accepted: false, reason: 'no go.mod, go.work or main.go' }
  const app = await readGoSource(source)
  const mains = await findMainPackages(app)
  if (mains.length === 0)
    return {
      accepted: false,
      reason: `${manifest}, but no package main in the root, cmd, or a directory of the root`,
      evidence: [manifest],
    }
  try {
    const { web } = await chooseMain(app, context, await readOptions(context, 'go', goOptions))
    return { accepted: true, reason: `${web.file} is a program`, evidence: [...new Set([manifest, web.file])] }
  } catch (error) {
    // Which of them it is to be is for the plan to ask.
    if (!isHop3Error(error)) throw error
    return { accepted: true, reason: `it has the programs ${mains.map(packageOf).join(', ')}`, evidence: [manifest] }
  }
}
