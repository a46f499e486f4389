/** The official toolchains, in the order they are asked. Everything they know is loaded when the first question comes. */
import { definePlugin } from '@hop3/core'
import type { ToolchainFactory } from '@hop3/core'

export const pythonToolchain: ToolchainFactory = {
  name: 'python',
  specificity: 'inferred',
  create: (context) => ({
    name: 'python',
    accept: async () => (await import('./languages.ts')).acceptPython(context),
    plan: async () => (await import('./languages.ts')).planPython(context),
  }),
}

export const nodeToolchain: ToolchainFactory = {
  name: 'node',
  specificity: 'inferred',
  create: (context) => ({
    name: 'node',
    accept: async () => (await import('./languages.ts')).acceptNode(context),
    plan: async () => (await import('./languages.ts')).planNode(context),
  }),
}

export const staticToolchain: ToolchainFactory = {
  name: 'static',
  specificity: 'inferred',
  create: (context) => ({
    name: 'static',
    accept: async () => (await import('./languages.ts')).acceptStatic(context),
    plan: async () => (await import('./languages.ts')).planStatic(context),
  }),
}

export default definePlugin({ protocol: 1, toolchains: [pythonToolchain, nodeToolchain, staticToolchain] })
