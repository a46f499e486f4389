/** Whether a program is told by the words of its command line where to listen, as far as its own files say. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import { withoutCommentLines } from '../code-lines.ts'
import { readableText } from '../readable-text.ts'
import type { NodeApp } from './package-json.ts'
import { isPlain } from './script-inputs.ts'

/** Packages that read the words. */
const parsers =
  /^(?:commander|yargs|yargs-parser|minimist|meow|cac|sade|mri|arg|getopts|nopt|optimist|command-line-args|argparse|@oclif\/core|clipanion|citty|optionator)$/
/** The variable, or what may read any: all of the environment handed on, a name made of parts, a package for settings. */
const heard =
  /\bPORT\b|\bprocess\.env(?!\w|\.\w|\?\.\w|\[['"])|\.env\(|['"](?:config|nconf|rc|conf|convict|cosmiconfig|c12|env-var|envalid|dotenv-expand)['"]/
/** Paths of other files, in `require`, `import` or a variable for either. */
const paths = /['"`](\.\.?(?:\/[\w@./-]*)?)['"`]/g
const [filesAtMost, lettersAtMost] = [20, 256 * 1024]

/**
 * True when a package it depends on does that, and neither the file nor any of the app's that it names, directly or by others, knows the variable for the port. False
 * where they are too many or too long to know.
 */
export async function readsWords(app: NodeApp, file: string): Promise<boolean> {
  const readers = Object.keys(app.dependencies).filter((name) => parsers.test(name))
  if (readers.length === 0) return false
  const asked = new Set([file])
  const seen = new Set<string>()
  let [takes, letters] = [false, 0]
  // A set is gone through in the order in which it grows.
  for (const path of asked) {
    if (seen.size > filesAtMost || asked.size > 4 * filesAtMost || letters > lettersAtMost) return false
    const found = await resolved(app, path)
    if (found === undefined || seen.has(found)) continue
    seen.add(found)
    const text = await readableText(app.source, found)
    if (text === undefined) return false
    letters += text.length
    const code = withoutCommentLines(text)
    if (heard.test(code)) return false
    takes ||= readers.some((name) => code.includes(`'${name}`) || code.includes(`"${name}`))
    for (const [, named = ''] of code.matchAll(paths)) asked.add(joinPaths(posix.dirname(found), named))
  }
  return takes
}

/** The file of code that Node finds by the path. */
async function resolved({ source }: NodeApp, path: string): Promise<string | undefined> {
  const plain = joinPaths(path)
  if (plain.startsWith('..') || !isPlain(plain)) return undefined
  for (const end of ['', '.js', '.mjs', '.cjs', '.ts', '/index.js', '/index.mjs', '/index.ts']) {
    if (!/\.(?:json|css|html|md|svg|png)$/.test(plain) && (await source.hasFile(`${plain}${end}`))) return `${plain}${end}`
  }
  return undefined
}
