import { readFile } from 'node:fs/promises'
import type { BuildArtifact, Log } from '@hop3/core'
import type { BundleEntry, BundleManifest } from './manifest.ts'
import { openProvenanceCheck, provenanceName } from './provenance.ts'

export interface ExportedPart {
  readonly artifact: BuildArtifact
  readonly entries: readonly BundleEntry[]
}

export interface ListedRelease extends ExportedPart {
  readonly origin: BundleManifest['origin']
  readonly fileOf: (path: string) => string
  readonly log: Log
}

/**
 * What of a release may go into a bundle: all of it, but for a provenance that is not the release's any more, because the app has written
 * into it since its build, and names of files that are not there.
 */
export async function provenPart({ artifact, entries, origin, fileOf, log }: ListedRelease): Promise<ExportedPart> {
  const name = provenanceName(artifact)
  const check = openProvenanceCheck(artifact, { entries, origin })
  for (const entry of entries) if (check.isWanted(entry)) check.take(entry.path, await readFile(fileOf(entry.path)))
  const isThere = entries.some(({ path }) => path === name)
  const isProven = check.problem() === undefined
  if (isThere && !isProven)
    log.warn(
      `Files of the release are not as they were built, so that it is exported without ${name ?? ''}: the app writes into its release. $HOP3_DATA is the place for its data.`,
    )
  const hasSbom = entries.some(({ path }) => path === artifact.metadata['sbom'])
  const kept = Object.entries(artifact.metadata).filter(([key]) => (key === 'provenance' ? isThere && isProven : key !== 'sbom' || hasSbom))
  const files = isThere && !isProven ? entries.filter(({ path }) => path !== name) : entries
  return { artifact: { ...artifact, metadata: Object.fromEntries(kept) }, entries: files }
}
