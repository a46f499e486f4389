/** Every official toolchain, in the order they are asked; of several that accept an app, the first is taken. A new language is one line here. */
import type { Language } from './language.ts'
import { bun } from './bun/bun.ts'
import { clojure } from './clojure/clojure.ts'
import { crystal } from './crystal.ts'
import { deno } from './deno/deno.ts'
import { dotnet } from './dotnet/dotnet.ts'
import { elixir } from './elixir/elixir.ts'
import { go } from './go/go.ts'
import { java } from './java/java.ts'
import { node } from './node/node.ts'
import { php } from './php/php.ts'
import { python } from './python/python.ts'
import { ruby } from './ruby/ruby.ts'
import { rust } from './rust/rust.ts'
import { shell } from './shell/shell.ts'
import { generatedSite } from './site/site.ts'
import { site } from './static/site.ts'

export const languages: readonly Language[] = [
  go,
  clojure,
  java,
  rust,
  ruby,
  php,
  elixir,
  dotnet,
  crystal,
  python,
  deno,
  bun,
  node,
  generatedSite,
  site,
  shell,
]
