import type { Language } from '../language.ts'
import { acceptRuby } from './accept.ts'
import { rubyOptions } from './options.ts'
import { planRuby } from './plan.ts'

export const ruby: Language = { name: 'ruby', options: rubyOptions, accept: acceptRuby, plan: planRuby }
