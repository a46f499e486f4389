/** The parts of deno.json, its lock file and the package.json beside it that planning uses. */
import { hop3Error, joinPaths } from '@hop3/core'
import type { ToolchainContext } from '@hop3/core'
import { isInside } from '../inside.ts'
import { checkManifest, notAnObject } from '../manifest.ts'
import type { Expected, Manifest } from '../manifest.ts'
import { jsonKey, originOf } from '../origin.ts'
import { readableText } from '../readable-text.ts'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'

export interface DenoTask {
  /** `deno.json:4` */
  readonly origin: string
  /** Absent: it only runs others. */
  readonly command?: string
  /** Other tasks run before it. */
  readonly hasDependencies: boolean
}

export interface DenoApp {
  readonly source: ToolchainContext['source']
  /** Where the app is inside the source, `''` for its root. */
  readonly root: string
  /** The names in the app's directory. */
  readonly names: readonly string[]
  /** `deno.json` or `deno.jsonc`, with its content; absent where there is none. */
  readonly manifest?: Manifest
  /** Those of deno.json, and below them the scripts of package.json, which Deno runs as well. */
  readonly tasks: Readonly<Record<string, DenoTask>>
  readonly packageJson: unknown
  readonly lock?: DenoLock
  /** Of a file in the app's directory; undefined when there is none, or no text. */
  text(file: string): Promise<string | undefined>
  hasFile(file: string): Promise<boolean>
}

export interface DenoLock {
  /** Relative to the source. */
  readonly path: string
  readonly text: string
}

/** Deno looks for them in this order. */
const manifests = ['deno.json', 'deno.jsonc']

const read: readonly Expected[] = [
  { at: ['tasks'], is: 'table', write: '"tasks": { "start": "deno run -N main.ts" }' },
  ...['start', 'build', 'dev'].map((name): Expected => ({
    at: ['tasks', name],
    is: ['string', 'table'],
    write: `"${name}": "deno run main.ts"`,
  })),
  { at: ['imports'], is: 'table', write: '"imports": { "@std/http": "jsr:@std/http@1" }' },
  { at: ['importMap'], is: 'string', write: '"importMap": "import_map.json"' },
  { at: ['workspace'], is: ['strings', 'table'], write: '"workspace": ["web"]' },
]

/** Throws `config.deno.manifest` when deno.json holds no object, and `config.invalid` for what the plan would be made without. */
export async function readDenoApp({ source, root }: Pick<ToolchainContext, 'source' | 'root'>): Promise<DenoApp> {
  const below = (file: string): string => joinPaths(root, file)
  const names = await source.list(root === '' ? '.' : root)
  const file = manifests.find((name) => names.includes(name))
  const data = file === undefined ? undefined : await source.readJson(below(file))
  const text = file === undefined ? undefined : await source.readText(below(file))
  const manifest = file === undefined ? undefined : { file: below(file), text, data }
  if (manifest !== undefined && tableAt(data) === undefined) throw hop3Error('config.deno.manifest', ...notAnObject(manifest, 'deno init'))
  if (manifest !== undefined) checkManifest(manifest, read)
  const packageJson = names.includes('package.json') ? await source.readJson(below('package.json')) : undefined
  const lock = await readLock(source, root, data)
  return {
    source,
    root,
    names,
    packageJson,
    tasks: {
      ...tasksIn(packageJson, 'scripts', below('package.json'), await source.readText(below('package.json'))),
      ...(manifest && tasksIn(data, 'tasks', manifest.file, text)),
    },
    ...(manifest && { manifest }),
    ...(lock && { lock }),
    text: (name) => readableText(source, below(name)),
    hasFile: (name) => source.hasFile(below(name)),
  }
}

function tasksIn(data: unknown, key: string, file: string, text: string | undefined): Readonly<Record<string, DenoTask>> {
  const tasks = Object.entries(tableAt(data, key) ?? {}).map(([name, value]) => {
    const command = typeof value === 'string' ? value : textAt(value, 'command')
    const origin = originOf(file, text, jsonKey(name))
    return [
      name,
      { origin, hasDependencies: textsAt(value, 'dependencies').length > 0, ...(command && { command: command.trim() }) },
    ] as const
  })
  return Object.fromEntries(tasks)
}

/** A member's is that of its workspace. `lock` of deno.json may name another file, or say that there is to be none. */
async function readLock(source: DenoApp['source'], root: string, data: unknown): Promise<DenoLock | undefined> {
  if (valueAt(data, 'lock') === false) return undefined
  const named = textAt(data, 'lock') ?? textAt(data, 'lock', 'path')
  for (const path of [joinPaths(root, named ?? 'deno.lock'), 'deno.lock']) {
    if (!isInside(path)) continue
    const text = await readableText(source, path)
    if (text !== undefined) return { path, text }
  }
  return undefined
}
