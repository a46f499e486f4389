import type { Language } from '../language.ts'
import { acceptClojure } from './accept.ts'
import { clojureOptions } from './options.ts'
import { planClojure } from './plan.ts'

export const clojure: Language = { name: 'clojure', options: clojureOptions, accept: acceptClojure, plan: planClojure }
