/** What a build used, and how it came about, in an entry of its own (`@hop3/planner/supply-chain`): builders need it after they have built something. */
export type { Component, ComponentType } from './supply-chain/component.ts'
export { readComponents } from './supply-chain/read-components.ts'
export { formatSbom } from './supply-chain/sbom.ts'
export type { SbomSubject } from './supply-chain/sbom.ts'
export { formatProvenance } from './supply-chain/provenance.ts'
export type { ProvenanceFacts, ResourceDescriptor } from './supply-chain/provenance.ts'
