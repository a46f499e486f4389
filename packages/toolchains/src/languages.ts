/** Every official toolchain, in the order they are asked; of several that accept an app, the first is taken. A new language is one line here. */
import type { Language } from './language.ts'
import { go } from './go/go.ts'
import { java } from './java/java.ts'
import { node } from './node/node.ts'
import { python } from './python/python.ts'
import { rust } from './rust/rust.ts'
import { site } from './static/site.ts'

export const languages: readonly Language[] = [go, java, rust, python, node, site]
