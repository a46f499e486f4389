/** What a build is made from, found without starting a tool: the source, the plan, the tools of the host. Made once per builder. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { BuildContext, Platform } from '@hop3/core'
import { secretDigest } from '@hop3/core/files'
import { createSourceFilter, formatPlan, type PlannedApp } from '@hop3/planner'
import { type SourceEntry, openHashCache, scanSource, sourceDigest } from '@hop3/planner/source-tree'
import { planSecrets } from './phase-environment.ts'
import { phaseTools } from './plan-tools.ts'
import { hostPlatform } from './platform.ts'

/** Entries of the source as it is now. Throws `build.source-*`. */
export async function readSource(context: BuildContext, planned: PlannedApp): Promise<readonly SourceEntry[]> {
  const { sourcePath, config, cachePath, clock, signal, release } = context
  const built = join(sourcePath, planned.base)
  const [filter, hashes] = await Promise.all([
    createSourceFilter({ sourcePath, base: planned.base, config, exclude: planned.plan.exclude ?? [] }),
    openHashCache(cachePath, built, clock),
  ])
  const entries = await scanSource({ sourcePath: built, filter, own: [cachePath, release.path], hashes, signal })
  await hashes.save()
  return entries
}

/** Equal for equal sources, plans, configuration, secrets, tools and hosts. */
export async function fingerprintOf(context: BuildContext, planned: PlannedApp, entries: readonly SourceEntry[]): Promise<string> {
  const { plan, runtime, kind, spa } = planned
  const { deploy, env } = context.config
  const digest = createHash('sha256')
  const facts = [
    'hop3 local 1',
    sourceDigest(entries),
    formatPlan(plan),
    JSON.stringify({ kind, spa, runtime, deploy, env }),
    JSON.stringify(toolIdentities(context, planned)),
    ...(await versionsOf(context, planned)),
    platformText(hostPlatform()),
    await secretDigest(context.cachePath, planSecrets(planned.plan, context.secret)),
  ]
  for (const fact of facts) digest.update(`${fact.length}:${fact}\n`)
  return `sha256:${digest.digest('hex')}`
}

/** Which programs the commands would start, by path, size and time: their versions would take a process each. */
function toolIdentities({ env, sourcePath }: BuildContext, { base, plan }: PlannedApp): readonly string[] {
  const directory = join(sourcePath, base, plan.root ?? '')
  const tools = Object.values(plan.phases).flatMap((phase) => phaseTools(phase, env['PATH'] ?? '', directory))
  return [...new Set(tools.map(({ identity }) => identity))].toSorted()
}

/** Absent where the plan asks for none: most do not, and need not load what answers. */
async function versionsOf(context: BuildContext, { base, plan }: PlannedApp): Promise<readonly string[]> {
  if (Object.keys(plan.versions).length === 0) return []
  const { versionFacts } = await import('./versions/version-facts.ts')
  return versionFacts(context, plan, join(context.sourcePath, base, plan.root ?? ''))
}

function platformText({ os, arch, libc }: Platform): string {
  return `${os} ${arch} ${libc}`
}
