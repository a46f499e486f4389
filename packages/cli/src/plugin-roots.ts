import { readFileSync, realpathSync } from 'node:fs'
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
export function pluginRoots({ cwd, asked, sourcePath }: PluginRootsRequest): readonly string[] {
  const own = ownPackage()
  const project = projectAround(cwd)
  const isApp = project !== undefined && sourcePath !== undefined && samePath(project, sourcePath)
  const trusted = project !== undefined && (!isApp || isInstalledIn(project, own)) ? [project] : []
  return [...new Set([...asked.map((path) => resolve(cwd, path)), ...trusted, own])]
}

/** The nearest package that declares the program or its core. */
function projectAround(cwd: string): string | undefined {
  for (let directory = cwd; ; directory = dirname(directory)) {
    const manifest = manifestIn(directory)
    const declared = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((field) => keysOf(manifest?.[field]))
    if (declared.includes('@hop3/cli') || declared.includes('@hop3/core')) return directory
    if (dirname(directory) === directory) return undefined
  }
}

/** The directory of the running program: its package.json is the first one above this file. */
function ownPackage(): string {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (manifestIn(directory) === undefined) directory = dirname(directory)
  return directory
}

function isInstalledIn(project: string, own: string): boolean {
  return samePath(join(project, 'node_modules/@hop3/cli'), own)
}

function samePath(one: string, other: string): boolean {
  const [first, second] = [one, other].map(realPath)
  return first !== undefined && first === second
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    // Not there: then it is no other path either.
    return undefined
  }
}

function manifestIn(directory: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
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
