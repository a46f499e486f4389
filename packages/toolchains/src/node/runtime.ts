/** What runs an app with a package.json, and how the two differ. */
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { chooseBun, usualBun } from './bun-version.ts'
import type { NodeOptions } from './options.ts'
import type { NodeApp } from './package-json.ts'
import { bunEntry } from './run-by-bun.ts'
import { textAt } from '../value-at.ts'
import { chooseNode } from './version.ts'

export interface Entry {
  readonly file: string
  readonly origin: string
}

export interface Runtime {
  /** Of its toolchain, and of the program that starts a file. */
  readonly name: 'node' | 'bun'
  /** Installs where neither package.json nor a lock file says what does. */
  readonly manager: 'npm' | 'bun'
  /** The file to start where no script does. */
  readonly entry: (app: NodeApp) => Promise<Entry | undefined>
  /** What the app asks for. */
  readonly versions: (app: NodeApp, context: ToolchainContext, options: NodeOptions) => Promise<Readonly<Record<string, ToolVersion>>>
  /** Where it does not say; `top` has the lock file. */
  readonly usual: (top: NodeApp) => Promise<Readonly<Record<string, ToolVersion>>>
}

export const nodeRuntime: Runtime = {
  name: 'node',
  manager: 'npm',
  entry: nodeEntry,
  versions: async (app, context, options) => only('node', await chooseNode(app, context, options)),
  usual: async () => ({}),
}

export const bunRuntime: Runtime = {
  name: 'bun',
  manager: 'bun',
  entry: bunEntry,
  versions: async (app, context, options) => ({
    ...only('bun', await chooseBun(app, context, options)),
    // Programs of packages start with a line that asks for Node: where a script builds, the version the app names is there.
    ...(app.scripts['build'] === undefined ? {} : only('node', await chooseNode(app, context, {}))),
  }),
  usual: async (top) => only('bun', await usualBun(top)),
}

function only(name: string, version: ToolVersion | undefined): Readonly<Record<string, ToolVersion>> {
  return version === undefined ? {} : { [name]: version }
}

export const entryFiles = [
  'server.js',
  'server.mjs',
  'server.cjs',
  'index.js',
  'index.mjs',
  'index.cjs',
  'app.js',
  'app.mjs',
  'main.js',
  'server.ts',
  'index.ts',
]

/** `main` of package.json, else a file of a usual name. */
export async function nodeEntry(app: NodeApp): Promise<Entry | undefined> {
  const main = textAt(app.data, 'main')?.replace(/^\.\//, '')
  if (main !== undefined && /^[\w@./-]+$/.test(main) && !main.startsWith('-') && (await app.source.hasFile(main)))
    return { file: main, origin: app.origin('main') }
  const file = entryFiles.find((name) => app.names.includes(name))
  return file === undefined ? undefined : { file, origin: file }
}
