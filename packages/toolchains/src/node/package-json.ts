/** The parts of package.json that planning uses, with the lines they stand on. */
import { hop3Error, joinPaths, usablePatterns } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { checkManifest, notAnObject } from '../manifest.ts'
import type { Expected, Manifest } from '../manifest.ts'
import { jsonKey, originOf } from '../origin.ts'
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
  readonly manifest: Manifest
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
  const text = (await source.readText('package.json')) ?? ''
  const manifest: Manifest = { file: joinPaths(directory, 'package.json'), text, data }
  if (tableAt(data) === undefined) throw hop3Error('config.node.package-json', ...notAnObject(manifest, 'npm init -y'))
  checkManifest(manifest, read)
  const name = textAt(data, 'name')
  return {
    directory,
    source,
    names,
    data,
    name: name !== undefined && /^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name) && !name.startsWith('-') ? name : undefined,
    scripts: textTable(data, 'scripts'),
    dependencies: { ...textTable(data, 'devDependencies'), ...textTable(data, 'dependencies') },
    manifest,
    origin: (key) => originOf(manifest.file, text, jsonKey(key)),
  }
}

/** Other scripts nobody asks us to run; some people keep comments there. */
const read: readonly Expected[] = [
  { at: ['scripts'], is: 'table', write: '"scripts": { "start": "node server.js" }' },
  { at: ['scripts', 'start'], is: 'string', write: '"start": "node server.js"' },
  ...['build', 'docs:build'].map((name): Expected => ({ at: ['scripts', name], is: 'string', write: `"${name}": "tsc"` })),
]

/** What matters once something is installed and run. */
const planned: readonly Expected[] = [
  ...['dependencies', 'devDependencies', 'optionalDependencies'].map((name): Expected => ({
    at: [name],
    is: 'table',
    write: `"${name}": { "express": "^5.0.0" }`,
  })),
  { at: ['engines'], is: ['table', 'list'], write: '"engines": { "node": ">=22" }' },
  ...['node', 'bun', 'npm', 'pnpm', 'yarn'].map((name): Expected => ({ at: ['engines', name], is: 'string', write: `"${name}": ">=22"` })),
  { at: ['main'], is: 'string', write: '"main": "server.js"' },
  { at: ['packageManager'], is: 'string', write: '"packageManager": "pnpm@10.34.9"' },
  { at: ['workspaces'], is: ['strings', 'table'], write: '"workspaces": ["packages/*"]' },
  { at: ['workspaces', 'packages'], is: 'strings', write: '"packages": ["packages/*"]' },
]

/** Throws `config.invalid` for what the plan would be made without. */
export function checkPackage({ manifest }: NodeApp): void {
  checkManifest(manifest, planned)
}

/** True when the package is a dependency, under this very name. */
export function dependsOn({ dependencies }: NodeApp, name: string): boolean {
  return Object.hasOwn(dependencies, name)
}

/** `workspaces` as npm and yarn write it, in either form. */
export function workspacePatterns({ data }: NodeApp): readonly string[] {
  return usablePatterns(Array.isArray(valueAt(data, 'workspaces')) ? textsAt(data, 'workspaces') : textsAt(data, 'workspaces', 'packages'))
}

function textTable(data: unknown, key: string): Readonly<Record<string, string>> {
  const table = tableAt(data, key) ?? {}
  return Object.fromEntries(
    Object.keys(table).flatMap((name) => (textAt(table, name) === undefined ? [] : [[name, textAt(table, name) ?? '']])),
  )
}
