/** Whether anything shows that a binary serves, and where it is told to. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { programText } from '../readable-text.ts'
import { tableAt, textAt } from '../value-at.ts'
import type { CargoBinary } from './binaries.ts'

const calls = /\bPORT\b|\b(?:Tcp|Unix)Listener\b|^[ \t]*(?:pub )?mod \w+;/m
const crates =
  /^(?:axum|actix|rocket|warp|hyper|poem|salvo|tide|tiny_http|rouille|tonic|gotham|thruster|viz|ntex|trillium|tungstenite|async-std|leptos|dioxus|loco|shuttle|pingora|quinn|tarpc|volo|ohkami|xitca|astra|may_minihttp|nickel|iron|graphul|socketioxide|tokio-tungstenite|server|http|web)/
/** What reads the words of a command line: such a program is told there where to listen, or has to be told to serve at all. */
const parsers = /^(?:clap|structopt|argh|pico-args|lexopt|gumdrop|bpaf|docopt|getopts)$/
/** `env::var("PORT")`, `env = "PORT"`. */
const heard = /"PORT"(?<!value_name\s*[(=]\s*"PORT")/
const filesAtMost = 80

/**
 * True as well where it takes in other files and packages of its own: what they do is not looked into, unless the program reads words. Then
 * one of its own files has to know the variable.
 */
export async function mayListen(source: SourceView, binary: CargoBinary): Promise<boolean> {
  const dependencies = tableAt(binary.package.manifest, 'dependencies') ?? {}
  if (!(await mayServe(source, binary, dependencies))) return false
  if (!Object.keys(dependencies).some((name) => parsers.test(name)) || dependencies['rocket'] !== undefined) return true
  const { directory } = binary.package
  const beside = Object.values(dependencies).flatMap((one) => textAt(one, 'path') ?? [])
  for (const path of ['', ...beside]) if (await hears(source, joinPaths(directory, path, 'src'))) return true
  return posix.dirname(binary.file) === joinPaths(directory, 'src') ? false : heard.test((await programText(source, binary.file)) ?? '')
}

async function mayServe(
  source: SourceView,
  { file, package: { directory } }: CargoBinary,
  dependencies: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const isKnown = Object.keys(dependencies).some((name) => crates.test(name) || textAt(dependencies, name, 'path') !== undefined)
  if (isKnown || (await source.hasFile(joinPaths(directory, 'src/lib.rs')))) return true
  const text = file.endsWith('.rs') ? await programText(source, file) : undefined
  return text === undefined || calls.test(text) || Object.values(dependencies).some((one) => tableAt(one)?.['workspace'] === true)
}

/** Level by level. */
async function hears(source: SourceView, top: string): Promise<boolean> {
  let [level, files] = [[top], 0]
  for (let depth = 0; depth < 4 && level.length > 0 && files < filesAtMost; depth++) {
    const listed = await Promise.all(
      level.slice(0, 20).map(async (directory) => (await source.list(directory)).map((name) => joinPaths(directory, name))),
    )
    const found = listed.flat().filter((name) => name.endsWith('.rs'))
    const texts = await Promise.all(found.slice(0, filesAtMost - files).map((file) => programText(source, file)))
    if (texts.some((text) => heard.test(text ?? ''))) return true
    files += texts.length
    level = listed.flat().filter((name) => !posix.basename(name).includes('.'))
  }
  return false
}
