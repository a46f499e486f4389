import { visible } from '@hop3/core'
import type { ToolchainContext, Verdict } from '@hop3/core'
import { readOptions } from '../read-options.ts'
import { sourceBelow } from '../source-below.ts'
import { startOf } from './app-beside.ts'
import type { SiteSource } from './generator.ts'
import { findGenerator, generators } from './generators.ts'
import { siteOptions } from './options.ts'

/** Accepts a generator's configuration, unless an app is beside it whose documentation it is. */
export async function acceptSite({ source: whole, root, options, named }: ToolchainContext): Promise<Verdict> {
  const asked = (await readOptions({ options }, 'site', siteOptions)).generator
  if (asked !== undefined) return { accepted: true, reason: `hop3.toml [build.site] says ${asked}`, evidence: [] }
  const source = sourceBelow(whole, root)
  const names = await source.list()
  const found = await findGenerator(source, names)
  if (found !== undefined) {
    const { title } = found.generator
    const { evidence } = found.signs
    return { accepted: true, reason: `${evidence} is ${title}'s`, evidence: [evidence] }
  }
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: [] }
  return (await rejection({ source, names })) ?? { accepted: false, reason: 'no configuration of a generator of sites in the root' }
}

/** Documentation that is there, and is not what the app is. */
async function rejection({ source, names }: SiteSource): Promise<Verdict | undefined> {
  for (const generator of generators) {
    const signs = (await generator.find({ source, names })) ?? (await generator.findNamed?.({ source, names }))
    if (signs === undefined) continue
    const { evidence } = signs
    const beside = (await startOf({ source, names })) ?? 'the manifest of a project'
    const reason = `${visible(evidence)} is there, but so is ${beside}: toolchain = "site" under [build] publishes the documentation`
    return { accepted: false, reason, evidence: [evidence] }
  }
  return undefined
}
