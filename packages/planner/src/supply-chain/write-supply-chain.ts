import { hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Component } from './component.ts'
import { formatProvenance, type ProvenanceFacts } from './provenance.ts'
import { formatSbom } from './sbom.ts'

export interface SupplyChainRequest extends Omit<ProvenanceFacts, 'byproducts'> {
  readonly releasePath: string
  readonly components: readonly Component[]
}

/** The names of both files, as an artifact's metadata has them. */
export interface SupplyChainFiles {
  readonly sbom: string
  readonly provenance: string
}

/** Writes what a release consists of and how it came about beside its artifact. */
export async function writeSupplyChain({ releasePath, components, ...facts }: SupplyChainRequest): Promise<SupplyChainFiles> {
  const { appName, source } = facts
  const names = { sbom: 'sbom.cdx.json', provenance: 'provenance.json' }
  const sbom = formatSbom({ name: appName, version: source.gitCommit ?? `sha256:${source.sha256}` }, components)
  const provenance = formatProvenance({ ...facts, byproducts: { [names.sbom]: hash('sha256', sbom, 'hex') } })
  await Promise.all([writeFile(join(releasePath, names.sbom), sbom), writeFile(join(releasePath, names.provenance), provenance)])
  return names
}
