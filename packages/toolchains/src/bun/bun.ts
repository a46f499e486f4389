import type { Language } from '../language.ts'
import { acceptBun } from '../node/accept.ts'
import { nodeOptions } from '../node/options.ts'
import { planBun } from '../node/plan.ts'

/** An app with a package.json that Bun runs: all but what runs it is Node's. */
export const bun: Language = { name: 'bun', workspace: ['package.json'], options: nodeOptions, accept: acceptBun, plan: planBun }
