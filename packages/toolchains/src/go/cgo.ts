/** Whether a build needs a C compiler. */
import type { Decision } from '@hop3/core'
import { programText } from '../readable-text.ts'
import type { MainPackage } from './main-packages.ts'
import type { GoSource } from './module.ts'
import type { GoOptions } from './options.ts'

/** Modules that do not work, or do not link, without C. Without this list a build succeeds and the first query fails. */
const modules = [
  'github.com/mattn/go-sqlite3',
  'github.com/confluentinc/confluent-kafka-go',
  'github.com/confluentinc/confluent-kafka-go/v2',
  'github.com/godror/godror',
  'github.com/h2non/bimg',
  'github.com/davidbyttow/govips/v2',
  'github.com/chai2010/webp',
  'gopkg.in/gographics/imagick.v3',
  'github.com/marcboeker/go-duckdb',
  'github.com/marcboeker/go-duckdb/v2',
  'github.com/tree-sitter/go-tree-sitter',
  'github.com/bytecodealliance/wasmtime-go',
]

/** The decision, when it is to build with one. Otherwise the program is static: it runs on any Linux, in an image of nothing else. */
export async function cgoDecision(app: GoSource, main: MainPackage, options: GoOptions): Promise<Decision | undefined> {
  if (options.cgo !== undefined) return options.cgo ? decision('hop3.toml [build.go] cgo') : undefined
  const needed = app.modules.flatMap(({ requires }) => modules.filter((one) => requires.has(one)))[0]
  if (needed !== undefined) return decision(`go.mod requires ${needed}`)
  const text = await programText(app.source, main.file)
  return text !== undefined && /^[ \t]*import\s+"C"/m.test(text) ? decision(`${main.file} imports "C"`) : undefined
}

function decision(origin: string): Decision {
  return { key: 'go.cgo', value: 'true', origin }
}
