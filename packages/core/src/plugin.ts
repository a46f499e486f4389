/** What a strategy package's default export is. */
import type { BuilderFactory } from './builder.ts'
import type { DeployerFactory } from './deployer.ts'
import type { ProxyFactory } from './proxy.ts'
import type { ToolchainFactory } from './toolchain.ts'

/** Grows by one when a required member of a protocol changes. A plugin that speaks another number is ignored with that reason. */
export const protocolVersion = 1

/** package.json keyword → the part of a plugin it announces. */
export const roleKeywords = {
  'hop3-builder': 'builders',
  'hop3-deployer': 'deployers',
  'hop3-toolchain': 'toolchains',
  'hop3-proxy': 'proxies',
} as const

export type Role = (typeof roleKeywords)[keyof typeof roleKeywords]

export interface Plugin {
  readonly protocol: number
  readonly builders?: readonly BuilderFactory[]
  readonly deployers?: readonly DeployerFactory[]
  readonly toolchains?: readonly ToolchainFactory[]
  readonly proxies?: readonly ProxyFactory[]
}

/** Identity, for the types. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin
}
