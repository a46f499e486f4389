import type { Language } from '../language.ts'
import { acceptGo } from './accept.ts'
import { goOptions } from './options.ts'
import { planGo } from './plan.ts'

export const go: Language = { name: 'go', workspace: ['go.work', 'go.mod'], options: goOptions, accept: acceptGo, plan: planGo }
