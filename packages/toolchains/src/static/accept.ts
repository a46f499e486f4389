import { silentLog, type ToolchainContext, type Verdict } from '@hop3/core'
import { otherManifest } from '../manifests.ts'
import { acceptPackage } from '../node/accept.ts'
import { siteInstead } from '../site/instead.ts'
import { findRoot } from './root.ts'

/** Accepts finished HTML by the names in the root and, for a subdirectory, its index.html. */
export async function acceptStatic({ source, named }: ToolchainContext): Promise<Verdict> {
  const names = await source.list()
  const found = await findRoot(source, names)
  if (found === undefined)
    return named
      ? { accepted: true, reason: 'the configuration names it', evidence: [] }
      : { accepted: false, reason: 'no index.html, here or in public, dist, _site, build or site' }
  if (named || found.evidence === 'Staticfile') return { accepted: true, reason: `${found.evidence} is a site`, evidence: [found.evidence] }
  const other = otherManifest(names, 'node') ?? (await builtBy(source, names))
  const site = other === undefined ? await siteInstead({ source, names }, async () => false) : undefined
  if (site !== undefined)
    return { accepted: false, reason: `${found.evidence} is there, but what an earlier build made: ${site}`, evidence: [found.evidence] }
  if (other !== undefined)
    return {
      accepted: false,
      reason: `${found.evidence} is there, but so is ${other}: an app that builds or runs something`,
      evidence: [found.evidence],
    }
  return { accepted: true, reason: `${found.evidence} is a finished page`, evidence: [found.evidence] }
}

/** A package.json counts when it builds or starts something; many sites have one for a formatter. */
async function builtBy(source: ToolchainContext['source'], names: readonly string[]): Promise<string | undefined> {
  if (!names.includes('package.json')) return undefined
  const verdict = await acceptPackage({ appName: '', source, root: '', options: undefined, versions: {}, named: false, log: silentLog })
  return verdict.accepted ? verdict.evidence?.[0] : undefined
}
