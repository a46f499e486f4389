/** Sites that a generator makes which no package.json names: Hugo, Jekyll, MkDocs and the other rows of `generators.ts`. */
import type { Language } from '../language.ts'
import { acceptSite } from './accept.ts'
import { siteOptions } from './options.ts'
import { planSite } from './plan.ts'

export const generatedSite: Language = { name: 'site', options: siteOptions, accept: acceptSite, plan: planSite }
