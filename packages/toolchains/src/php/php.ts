import type { Language } from '../language.ts'
import { acceptPhp } from './accept.ts'
import { phpOptions } from './options.ts'
import { planPhp } from './plan.ts'

export const php: Language = { name: 'php', options: phpOptions, accept: acceptPhp, plan: planPhp }
