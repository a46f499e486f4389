/** Whether anything shows that a binary serves. */
import { posix } from 'node:path'
import type { SourceView } from '@hop3/core'
import { tableAt, textAt } from '../value-at.ts'
import type { CargoBinary } from './binaries.ts'

const calls = /\bPORT\b|\b(?:Tcp|Unix)Listener\b|^[ \t]*(?:pub )?mod \w+;/m
const crates =
  /^(?:axum|actix|rocket|warp|hyper|poem|salvo|tide|tiny_http|rouille|tonic|gotham|thruster|viz|ntex|trillium|tungstenite|async-std|leptos|dioxus|loco|shuttle|pingora|quinn|tarpc|volo|ohkami|xitca|astra|may_minihttp|nickel|iron|graphul|socketioxide|tokio-tungstenite|server|http|web)/

/** True as well where it takes in other files and packages of its own: what they do is not looked into. */
export async function mayListen(source: SourceView, { file, package: { manifest, directory } }: CargoBinary): Promise<boolean> {
  const dependencies = tableAt(manifest, 'dependencies') ?? {}
  const isKnown = Object.keys(dependencies).some((name) => crates.test(name) || textAt(dependencies, name, 'path') !== undefined)
  if (isKnown || (await source.hasFile(posix.join(directory, 'src/lib.rs')))) return true
  const text = file.endsWith('.rs') ? await source.readText(file) : undefined
  return text === undefined || calls.test(text) || Object.values(dependencies).some((one) => tableAt(one)?.['workspace'] === true)
}
