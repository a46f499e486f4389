import type { Language } from '../language.ts'
import { acceptStatic } from './accept.ts'
import { staticOptions } from './options.ts'
import { planStatic } from './plan.ts'

export const site: Language = { name: 'static', options: staticOptions, accept: acceptStatic, plan: planStatic }
