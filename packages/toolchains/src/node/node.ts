import type { Language } from '../language.ts'
import { acceptNode } from './accept.ts'
import { nodeOptions } from './options.ts'
import { planNode } from './plan.ts'

export const node: Language = {
  name: 'node',
  workspace: ['package.json', 'pnpm-workspace.yaml'],
  options: nodeOptions,
  accept: acceptNode,
  plan: planNode,
}
