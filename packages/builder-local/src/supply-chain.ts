/** Says what the release consists of and how it came about. */
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactMetadata, BuildContext, Platform } from '@hop3/core'
import { treeDigest, type TreeDigestOptions } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import { formatPlan, type PlannedApp } from '@hop3/planner'
import { readComponents, writeSupplyChain, type ResourceDescriptor } from '@hop3/planner/supply-chain'
import { releasePathForms } from './release-paths.ts'
import type { ProvidedTools } from './versions/provided-tools.ts'
import { writeCacheFile } from '@hop3/planner/source-tree'

export interface BuiltTree {
  readonly context: BuildContext
  readonly planned: PlannedApp
  readonly appRoot: string
  /** SHA-256 of the source, in hex. */
  readonly source: string
  readonly sha: string | undefined
  readonly platform: Platform
  readonly tools: ProvidedTools
  readonly startedOn: string
}

export async function describeTree(request: BuiltTree): Promise<Pick<ArtifactMetadata, 'tree_digest' | 'sbom' | 'provenance'>> {
  const { context, planned, appRoot, source, sha, platform, startedOn } = request
  const { appName, release, signal, clock } = context
  const tree = await rememberedDigest(context, appRoot, { places: releasePathForms(release.path), signal })
  const files = await writeSupplyChain({
    releasePath: release.path,
    components: await readComponents(appRoot),
    appName,
    builder: 'local',
    subject: { name: appName, sha256: tree },
    source: { sha256: source, ...(sha === undefined ? {} : { gitCommit: sha }) },
    recipe: [{ kind: 'plan', name: 'plan.json', sha256: hash('sha256', formatPlan(planned.plan), 'hex') }],
    buildId: release.buildId,
    startedOn,
    finishedOn: clock.now().toISOString(),
    platform: Object.values(platform).filter(Boolean).join('/'),
    dependencies: toolsOf(request),
  })
  return { tree_digest: `sha256:${tree}`, ...files }
}

/** Installed packages are links to the same files in every release: one reading serves all builds of an app. */
async function rememberedDigest({ cachePath, appName }: BuildContext, appRoot: string, options: TreeDigestOptions): Promise<string> {
  const file = join(cachePath, 'trees', `${appName}.json`)
  const [known, seen] = [await readHashes(file), new Map<string, string>()]
  const tree = await treeDigest(appRoot, { ...options, known, seen })
  await writeCacheFile(file, JSON.stringify(Object.fromEntries(seen)))
  return tree
}

/** Missing or damaged, it costs a reading of the files. */
async function readHashes(file: string): Promise<ReadonlyMap<string, string>> {
  const read = parseJson(await readFile(file, 'utf8').catch(() => ''))
  return new Map(Object.entries(isObject(read) ? read : {}).flatMap(([stamp, hash]) => (typeof hash === 'string' ? [[stamp, hash]] : [])))
}

/** The versions the plan asks for, and those that were brought for it. */
function toolsOf({ planned, tools }: BuiltTree): readonly ResourceDescriptor[] {
  const brought = tools.decisions.map(({ key, value }) => [key.replace(/^versions\./, ''), value] as const)
  const asked = Object.entries(planned.plan.versions).map(([tool, { version }]) => [tool, version] as const)
  return Object.entries(Object.fromEntries([...asked, ...brought]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([tool, version]) => ({ uri: `pkg:generic/${encodeURIComponent(tool)}@${encodeURIComponent(version)}` }))
}
