/** The file of a Deno app that serves. */
import { originOf } from '../origin.ts'
import type { DenoApp } from './deno-app.ts'

export interface Entry {
  readonly file: string
  /** The line that says so, where one was looked for: `main.ts:3`. */
  readonly origin: string
  /** It exports what answers requests, and `deno serve` listens for it. */
  readonly isExport: boolean
}

const extensions = ['.ts', '.tsx', '.js', '.mjs']
/** Names of programs, and names that libraries use as well: those count by what is in them. */
const programs = ['main', 'server', 'src/main', 'src/server']
const others = ['mod', 'index', 'app', 'src/index', 'src/mod', 'src/app']

const serves = /\bDeno\.(?:serve|listen|listenTls)\s*\(|\baddEventListener\(\s*["']fetch["']|\b(?:app|server)\.listen\s*\(/
const exportsFetch = /^export default\b/m
/** What no other runtime has. */
const isDenos = /\bDeno\.\w+|\bfrom\s+["'](?:jsr:|npm:|https:\/\/(?:deno\.land|jsr\.io|esm\.sh)\/)/

/**
 * By name where there is a deno.json, by what is in it where there is not: a `main.ts` alone may be anything. Undefined when none is there.
 */
export async function findEntry(app: DenoApp): Promise<Entry | undefined> {
  for (const file of candidates(app, programs)) {
    const found = await entryIn(app, file, app.manifest === undefined ? isDenos : undefined)
    if (found !== undefined) return found
  }
  for (const file of candidates(app, others)) {
    const found = await entryIn(app, file, app.manifest === undefined ? isDenos : /^/)
    if (found !== undefined && ((await isServer(app, file)) || found.isExport)) return found
  }
  return undefined
}

/** Undefined when it is not there, or lacks `sign`. */
export async function entryIn(app: DenoApp, file: string, sign?: RegExp): Promise<Entry | undefined> {
  const text = (await app.hasFile(file)) ? await app.text(file) : undefined
  if (text === undefined || (sign !== undefined && !sign.test(text))) return undefined
  const isExport = exportsFetch.test(text) && !serves.test(text)
  return { file, origin: originOf(file, text, isExport ? exportsFetch : serves.test(text) ? serves : (sign ?? /^$(?!)/)), isExport }
}

async function isServer(app: DenoApp, file: string): Promise<boolean> {
  return serves.test((await app.text(file)) ?? '')
}

function candidates({ names }: DenoApp, stems: readonly string[]): readonly string[] {
  return stems
    .flatMap((stem) => extensions.map((extension) => stem + extension))
    .filter((file) => (file.startsWith('src/') ? names.includes('src') : names.includes(file)))
}
