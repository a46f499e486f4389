import type { ToolchainContext, Verdict } from '@hop3/core'
import { findMainPackages } from './main-packages.ts'
import { readGoSource } from './module.ts'

/** Accepts a module, a workspace or a main.go that holds a program; a library is none of ours. */
export async function acceptGo({ source, named }: ToolchainContext): Promise<Verdict> {
  const names = await source.list()
  const manifest = ['go.work', 'go.mod', 'main.go'].find((name) => names.includes(name))
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: manifest === undefined ? [] : [manifest] }
  if (manifest === undefined) return { accepted: false, reason: 'no go.mod, go.work or main.go' }
  const [main] = await findMainPackages(await readGoSource(source))
  if (main !== undefined) return { accepted: true, reason: `${main.file} is a program`, evidence: [...new Set([manifest, main.file])] }
  return { accepted: false, reason: `${manifest}, but no package main in the root, cmd, or a directory of the root` }
}
