import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isObject } from '@hop3/core/json'

export interface PluginRootsRequest {
  readonly cwd: string
  /** `--plugin-root`, in order. */
  readonly asked: readonly string[]
  /** Directory of the running program's package. Default: where this file is. */
  readonly program?: string
}

/**
 * The packages whose declared dependencies may be strategies, in order of preference: those asked for, the project around the current
 * directory in which this very program is installed, and this program itself. Any other project is somebody's source: listing apps inside
 * a stranger's clone must not run the stranger's code, whatever its package.json declares. Where the program is installed its code runs already.
 */
export function pluginRoots({ cwd, asked, program = ownPackage() }: PluginRootsRequest): readonly string[] {
  const project = projectAround(cwd, program)
  return [...new Set([...asked.map((path) => resolve(cwd, path)), ...(project === undefined ? [] : [project]), program])]
}

/** The nearest package that declares the program or its core and holds the program. */
function projectAround(cwd: string, program: string): string | undefined {
  for (let directory = cwd; ; directory = dirname(directory)) {
    const manifest = manifestIn(directory)
    const declared = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((field) => keysOf(manifest?.[field]))
    if ((declared.includes('@hop3/cli') || declared.includes('@hop3/core')) && isInstalledIn(directory, program)) return directory
    if (dirname(directory) === directory) return undefined
  }
}

/** The directory of the running program: its package.json is the first one above this file. */
function ownPackage(): string {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (manifestIn(directory) === undefined) directory = dirname(directory)
  return directory
}

/** A clone can bring a link to a program that is installed elsewhere, so the program itself must be below the project. */
function isInstalledIn(project: string, program: string): boolean {
  const [installed, running, root] = [join(project, 'node_modules/@hop3/cli'), program, project].map(realPath)
  return installed !== undefined && root !== undefined && installed === running && installed.startsWith(join(root, sep))
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    // Not there: then nothing is installed there.
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
