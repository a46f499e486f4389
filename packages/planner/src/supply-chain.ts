/** What a build used, and how it came about, in an entry of its own (`@hop3/planner/supply-chain`): builders need it after they have built something. */
export { readComponents } from './supply-chain/read-components.ts'
export type { Component, ComponentType } from './supply-chain/component.ts'
export type { ProvenanceFacts, Recipe, ResourceDescriptor } from './supply-chain/provenance.ts'
export { writeSupplyChain } from './supply-chain/write-supply-chain.ts'
export type { SupplyChainFiles, SupplyChainRequest } from './supply-chain/write-supply-chain.ts'
