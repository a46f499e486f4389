/** The official toolchains as a plugin. Nothing is lazy here: whoever imports this is about to ask every one of them. */
import { definePlugin } from '@hop3/core'
import { factoryOf } from './language.ts'
import { languages } from './languages.ts'

export default definePlugin({ protocol: 1, toolchains: languages.map(factoryOf) })
