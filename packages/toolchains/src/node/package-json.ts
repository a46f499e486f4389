/** The parts of package.json that planning uses, with the lines they stand on. */
import { posix } from 'node:path'
import { hop3Error, visible } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { originOf } from '../origin.ts'
import { sourceBelow } from '../source-below.ts'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'

export interface NodeApp {
  /** Where in the whole source its package.json lies; `''` for the root. */
  readonly directory: string
  /** Of that directory alone. */
  readonly source: SourceView
  /** The names in it. */
  readonly names: readonly string[]
  readonly data: unknown
  /** What the package calls itself; undefined where that is no name of a package. */
  readonly name: string | undefined
  readonly scripts: Readonly<Record<string, string>>
  /** dependencies and devDependencies: name → range. */
  readonly dependencies: Readonly<Record<string, string>>
  /** Where a key stands: `package.json:12`. */
  origin(key: string): string
}

/**
 * Undefined when there is no package.json. Throws `config.node.package-json` when it is not an object, and `config.invalid` for scripts that
 * are none; what else has another type than expected is not there.
 */
export async function readNodeApp(whole: SourceView, directory = ''): Promise<NodeApp | undefined> {
  const source = sourceBelow(whole, directory)
  const names = await source.list()
  if (!names.includes('package.json')) return undefined
  const data = await source.readJson('package.json')
  const manifest: Manifest = { path: posix.join(directory, 'package.json'), text: (await source.readText('package.json')) ?? '' }
  if (tableAt(data) === undefined) {
    const origin = placeOf(manifest, [])
    throw hop3Error('config.node.package-json', `${origin}: package.json must hold an object; it holds ${kindOf(data)}.`, {
      hint: 'Run `npm init -y` in an empty directory to see one.',
      details: { origin },
    })
  }
  checkScripts(data, manifest)
  const name = textAt(data, 'name')
  return {
    directory,
    source,
    names,
    data,
    name: name !== undefined && /^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name) && !name.startsWith('-') ? name : undefined,
    scripts: textTable(data, 'scripts'),
    dependencies: { ...textTable(data, 'devDependencies'), ...textTable(data, 'dependencies') },
    origin: (key) => originOf(manifest.path, manifest.text, new RegExp(`${quoted(key)}\\s*:`)),
  }
}

interface Manifest {
  readonly path: string
  readonly text: string
}

/** Other scripts nobody asks us to run; some people keep comments there. */
const readScripts = ['start', 'build', 'docs:build']

function checkScripts(data: unknown, manifest: Manifest): void {
  const scripts = valueAt(data, 'scripts')
  if (scripts === undefined || scripts === null) return
  if (tableAt(scripts) === undefined) throw invalid(['scripts'], 'an object', scripts, manifest, '"scripts": { "start": "node server.js" }')
  const wrong = readScripts.find((name) => valueAt(scripts, name) !== undefined && textAt(scripts, name) === undefined)
  if (wrong === undefined) return
  const command = wrong === 'start' ? 'node server.js' : 'tsc'
  throw invalid(['scripts', wrong], 'a string', valueAt(scripts, wrong), manifest, `"${wrong}": "${command}"`)
}

function invalid(keys: readonly string[], wanted: string, value: unknown, manifest: Manifest, line: string): Error {
  const origin = placeOf(manifest, keys)
  const key = keys.join('.')
  return hop3Error('config.invalid', `${origin}: ${key} must be ${wanted}; it is ${kindOf(value)}.`, {
    hint: `Write for example ${line} in package.json.`,
    details: { origin, key },
  })
}

/** `package.json:4:5`: where the last of `keys` is written, each searched for behind the one before it; the first value for none. */
function placeOf({ path, text }: Manifest, keys: readonly string[]): string {
  let at = Math.max(0, text.search(/\S/))
  for (const key of keys) {
    const found = new RegExp(`${quoted(key)}\\s*:`, 'g')
    found.lastIndex = at
    at = found.exec(text)?.index ?? at
  }
  const before = text.slice(0, at)
  return `${path}:${before.split('\n').length}:${at - before.lastIndexOf('\n')}`
}

function quoted(key: string): string {
  return `"${key.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}"`
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return visible(value)
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value)}`
}

/** True when the package is a dependency, under this very name. */
export function dependsOn({ dependencies }: NodeApp, name: string): boolean {
  return Object.hasOwn(dependencies, name)
}

/** `workspaces` as npm and yarn write it, in either form. */
export function workspacePatterns({ data }: NodeApp): readonly string[] {
  return Array.isArray(valueAt(data, 'workspaces')) ? textsAt(data, 'workspaces') : textsAt(data, 'workspaces', 'packages')
}

function textTable(data: unknown, key: string): Readonly<Record<string, string>> {
  const table = tableAt(data, key) ?? {}
  return Object.fromEntries(
    Object.keys(table).flatMap((name) => (textAt(table, name) === undefined ? [] : [[name, textAt(table, name) ?? '']])),
  )
}
