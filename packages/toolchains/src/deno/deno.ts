import type { Language } from '../language.ts'
import { acceptDeno } from './accept.ts'
import { denoOptions } from './options.ts'
import { planDeno } from './plan.ts'

export const deno: Language = {
  name: 'deno',
  workspace: ['deno.json', 'deno.jsonc', 'package.json'],
  options: denoOptions,
  accept: acceptDeno,
  plan: planDeno,
}
