/** The official toolchains, in the order they are asked. Everything they know is loaded when the first question comes. */
import { definePlugin } from '@hop3/core'
import type { ToolchainFactory } from '@hop3/core'

export const pythonToolchain: ToolchainFactory = {
  name: 'python',
  specificity: 'inferred',
  create: (context) => ({
    name: 'python',
    accept: async () => (await import('./accept.ts')).acceptPython(context),
    plan: async () => (await import('./python/plan.ts')).planPython(context),
  }),
}

export const nodeToolchain: ToolchainFactory = {
  name: 'node',
  specificity: 'inferred',
  create: (context) => ({
    name: 'node',
    accept: async () => (await import('./accept.ts')).acceptNode(context),
    plan: async () => (await import('./node/plan.ts')).planNode(context),
  }),
}

export const staticToolchain: ToolchainFactory = {
  name: 'static',
  specificity: 'inferred',
  create: (context) => ({
    name: 'static',
    accept: async () => (await import('./accept.ts')).acceptStatic(context),
    plan: async () => (await import('./static/plan.ts')).planStatic(context),
  }),
}

export default definePlugin({ protocol: 1, toolchains: [pythonToolchain, nodeToolchain, staticToolchain] })
