/** The site that webpack or Rspack builds: neither says by itself that there is a page, nor whether a browser is to run what it makes. */
import { posix } from 'node:path'
import { joinPaths, own } from '@hop3/core'
import { quotedTexts } from '../brackets.ts'
import { insidePath } from '../inside.ts'
import { readableText } from '../readable-text.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'

export interface BundlerSite {
  readonly directory: string
  /** The development server answers unknown paths with index.html. */
  readonly isSpa: boolean
}

/** Undefined where nothing shows a page, or a program for Node is built, or the directory is said in words that only running them tells. */
export async function bundlerSite(app: NodeApp, command: string): Promise<BundlerSite | undefined> {
  const words = followed(app, command)
  if (!/(?:^|\s)(?:webpack|rspack)(?=\s|$)/.test(words)) return undefined
  const configs = await readConfigs(app, words)
  if (configs.some(({ text }) => /\btarget\s*:\s*\[?\s*['"](?:async-)?(?:node|electron)/.test(text))) return undefined
  const directory = outputPath(words, configs)
  if (directory === undefined || !(await hasPage(app, configs, directory))) return undefined
  return { directory, isSpa: configs.some(({ text }) => /\bhistoryApiFallback\s*:\s*(?:true|\{)/.test(text)) }
}

/** `npm run build:prod` is what that script says. */
function followed({ scripts }: NodeApp, command: string): string {
  const next = /^(?:npm|pnpm|yarn)(?:\s+run)?\s+([\w:.-]+)$/.exec(command.trim())?.[1]
  return (next === undefined ? undefined : own(scripts, next)) ?? command
}

interface Config {
  /** Its directory. */
  readonly directory: string
  readonly text: string
}

const usual = ['webpack.config', 'rspack.config'].flatMap((name) => ['.js', '.ts', '.cjs', '.mjs', '.mts'].map((end) => name + end))

/** The configuration and what it is merged with, first the one that decides. */
async function readConfigs({ source, names }: NodeApp, words: string): Promise<readonly Config[]> {
  const asked = insidePath(/(?:--config|-c)[= ]['"]?([\w@./-]+)/.exec(words)?.[1] ?? '')
  const first = asked ?? usual.find((name) => names.includes(name))
  const text = first === undefined ? undefined : await readableText(source, first)
  if (first === undefined || text === undefined) return []
  const directory = posix.dirname(first)
  const merged = [...text.matchAll(/(?:\brequire\(\s*|\bfrom\s*)['"](\.\.?\/[\w@./-]*(?:webpack|rspack|common|base)[\w@./-]*)['"]/g)]
  const found: Config[] = [{ directory, text }]
  for (const [, path = ''] of merged.slice(0, 4)) {
    const file = insidePath(joinPaths(directory, path))
    const more = file === undefined ? undefined : ((await readableText(source, file)) ?? (await readableText(source, `${file}.js`)))
    if (file !== undefined && more !== undefined) found.push({ directory: posix.dirname(file), text: more })
  }
  return found
}

const pathInOutput = /\boutput\s*:\s*\{[^{}]{0,500}?\bpath\s*:\s*/
const fromHere =
  /^(?:path\.)?(?:resolve|join)\(\s*(__dirname|import\.meta\.dirname|process\.cwd\(\))\s*((?:,\s*['"][^'"\n]*['"]\s*){1,5}),?\s*\)/

function outputPath(words: string, configs: readonly Config[]): string | undefined {
  const asked = /(?:--output-path|-o)[= ]['"]?([\w@./-]+)/.exec(words)?.[1]
  if (asked !== undefined) return insidePath(asked)
  for (const { directory, text } of configs) {
    const place = pathInOutput.exec(text)
    if (place === null) continue
    const [, from = '', parts] = fromHere.exec(text.slice(place.index + place[0].length, place.index + place[0].length + 500)) ?? []
    if (parts === undefined) return undefined
    return insidePath(joinPaths(from.startsWith('process') ? '' : directory, ...quotedTexts(`[${parts.slice(1)}]`, /^\[/)))
  }
  return 'dist'
}

/** A plugin writes it, or one copies it, or it lies where the rest is written to. */
async function hasPage(app: NodeApp, configs: readonly Config[], directory: string): Promise<boolean> {
  const says = (words: RegExp): boolean => configs.some(({ text }) => words.test(text))
  if (dependsOn(app, 'html-webpack-plugin') || says(/\bHtml(?:Webpack|Rspack)Plugin\b/)) return true
  const copied = says(/\bCopy(?:Webpack|Rspack)?Plugin\b/) ? ['public', 'src', 'static'] : []
  for (const place of [directory, ...copied]) if (await app.source.hasFile(`${place}/index.html`)) return true
  return false
}
