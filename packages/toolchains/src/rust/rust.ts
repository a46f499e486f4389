import type { Language } from '../language.ts'
import { acceptRust } from './accept.ts'
import { rustOptions } from './options.ts'
import { planRust } from './plan.ts'

export const rust: Language = { name: 'rust', workspace: ['Cargo.toml'], options: rustOptions, accept: acceptRust, plan: planRust }
