/** Programs of Rust that are made to run in a browser, which Cargo alone builds in vain. */
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { originOf } from '../origin.ts'
import { readableText } from '../readable-text.ts'
import { tableAt } from '../value-at.ts'
import type { CargoBinary } from './binaries.ts'

/** The sentence that says by what such a program is built; undefined for one that runs here. */
export async function browserWarning(source: SourceView, { name, package: one }: CargoBinary): Promise<string | undefined> {
  if (tableAt(one.manifest, 'package', 'metadata', 'leptos') !== undefined) {
    const file = joinPaths(one.directory, 'Cargo.toml')
    const origin = originOf(file, await source.readText(file), /^[ \t]*\[package\.metadata\.leptos\]/m)
    return `${origin} is for cargo-leptos: what Cargo alone builds of ${name} has neither its server nor its pages. Build and start it as cargo-leptos says, in a Dockerfile for example.`
  }
  const trunk = joinPaths(one.directory, 'Trunk.toml')
  const page = joinPaths(one.directory, 'index.html')
  const isPage = /\bdata-trunk\b/.test((await readableText(source, page)) ?? '')
  if (!isPage && !(await source.hasFile(trunk))) return undefined
  return `${isPage ? page : trunk} is for Trunk, which makes a page for browsers of ${name}; started here, it serves nobody: write \`build = "trunk build --release"\` under [build] in hop3.toml, and \`static: dist\` into Procfile.`
}
