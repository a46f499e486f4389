import { readFile, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PluginRootsRequest {
  readonly cwd: string
  /** `--plugin-root`, in order. */
  readonly asked: readonly string[]
  /** The app being deployed: its packages are not ours to run. */
  readonly sourcePath: string | undefined
}

/**
 * The packages whose declared dependencies may be strategies, in order of preference: those asked for, the project around the current
 * directory that declares this program, and this program itself. The app being deployed is none of them, or deploying a stranger's
 * repository would run a stranger's code in this process; except when this very program is installed in it, for then it runs already.
 */
export async function pluginRoots({ cwd, asked, sourcePath }: PluginRootsRequest): Promise<readonly string[]> {
  const own = await ownPackage()
  const project = await projectAround(cwd)
  const isApp = project !== undefined && sourcePath !== undefined && (await samePath(project, sourcePath))
  const trusted = project !== undefined && (!isApp || (await isInstalledIn(project, own))) ? [project] : []
  return [...new Set([...asked.map((path) => resolve(cwd, path)), ...trusted, own])]
}

/** The nearest package that declares the program or its core. */
async function projectAround(cwd: string): Promise<string | undefined> {
  for (let directory = cwd; ; directory = dirname(directory)) {
    const manifest = await manifestIn(directory)
    const declared = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((field) => keysOf(manifest?.[field]))
    if (declared.includes('@hop3/cli') || declared.includes('@hop3/core')) return directory
    if (dirname(directory) === directory) return undefined
  }
}

/** The directory of the running program: its package.json is the first one above this file. */
async function ownPackage(): Promise<string> {
  let directory = dirname(fileURLToPath(import.meta.url))
  while ((await manifestIn(directory)) === undefined) directory = dirname(directory)
  return directory
}

async function isInstalledIn(project: string, own: string): Promise<boolean> {
  return samePath(join(project, 'node_modules/@hop3/cli'), own)
}

async function samePath(one: string, other: string): Promise<boolean> {
  const paths = await Promise.all([one, other].map((path) => realpath(path).catch(() => undefined)))
  return paths[0] !== undefined && paths[0] === paths[1]
}

async function manifestIn(directory: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
    return isObject(manifest) ? manifest : undefined
  } catch {
    // Not there, or not a manifest: then it declares nothing.
    return undefined
  }
}

function keysOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : []
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
