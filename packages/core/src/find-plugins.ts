/**
 * Discovery: which installed packages are strategies. Reads package.json files only; no code of any package runs here.
 *
 * A plugin is a package that a root's package.json declares as a dependency and that carries one of our keywords. Declared dependencies
 * and not directories are looked at, so that what is merely installed by something else is never a strategy, and no layout of
 * node_modules matters. The app being deployed is never a root.
 *
 * Manifests are read synchronously on purpose: they are many and small, and every command reads them. A thousand take 9 ms this way and 70
 * through the thread pool.
 */
import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { shellQuote } from './command.ts'
import { isObject } from './json.ts'
import { roleKeywords, type Role } from './plugin.ts'

export interface FindPluginsOptions {
  /** Absolute directories that hold a package.json, in order of preference. */
  readonly roots: readonly string[]
  /** Package names that are never plugins. */
  readonly disabled?: readonly string[]
}

/** A package found, not yet imported. */
export interface Candidate {
  readonly name: string
  readonly version: string
  /** Real path of the package. */
  readonly directory: string
  /** The root that declares it; its entry is resolved from there. */
  readonly root: string
  readonly roles: readonly Role[]
  /** A toolchain that is a plan file (`hop3.plan`) and no code: absolute, real, inside the package. Its `roles` are what else it is. */
  readonly planFile?: string
}

/** A package that could have been a plugin and is not, and why. */
export interface IgnoredPlugin {
  readonly name: string
  readonly directory: string
  readonly stage: 'find' | 'shadowed' | 'resolve' | 'import' | 'shape' | 'protocol'
  readonly error: string
}

export interface FoundPlugins {
  readonly candidates: readonly Candidate[]
  readonly ignored: readonly IgnoredPlugin[]
  /** What was read, for "nothing found" messages. */
  readonly inspected: readonly { readonly root: string; readonly dependencies: number }[]
}

/** In order of roots, then of names by code unit. The same real path counts once; of two copies of a package the first root's wins. */
export async function findPlugins({ roots, disabled = [] }: FindPluginsOptions): Promise<FoundPlugins> {
  const found = roots.map((root) => inspectRoot(root, new Set(disabled)))
  const { candidates, shadowed } = firstOfEach(found.flatMap((one) => one.candidates))
  return {
    candidates,
    ignored: [...found.flatMap((one) => one.ignored), ...shadowed],
    inspected: found.map((one, index) => ({ root: roots[index] ?? '', dependencies: one.dependencies })),
  }
}

interface InspectedRoot {
  readonly candidates: readonly Candidate[]
  readonly ignored: readonly IgnoredPlugin[]
  readonly dependencies: number
}

function inspectRoot(root: string, disabled: ReadonlySet<string>): InspectedRoot {
  const manifest = readManifest(join(root, 'package.json'))
  if (!('manifest' in manifest)) {
    return { candidates: [], ignored: [{ name: root, directory: root, stage: 'find', error: manifest.error }], dependencies: 0 }
  }
  const names = declaredDependencies(manifest.manifest).filter((name) => !disabled.has(name))
  const needed = new Set(namesIn(manifest.manifest['dependencies']))
  const results = names.map((name) => inspectDependency(root, name) ?? (needed.has(name) ? missingStrategy(root, name) : undefined))
  return {
    candidates: results.flatMap((one) => (one !== undefined && 'roles' in one ? [one] : [])),
    ignored: results.flatMap((one) => (one !== undefined && 'stage' in one ? [one] : [])),
    dependencies: names.length,
  }
}

function inspectDependency(root: string, name: string): Candidate | IgnoredPlugin | undefined {
  for (let directory = root; ; directory = dirname(directory)) {
    const path = join(directory, 'node_modules', name)
    const read = readManifest(join(path, 'package.json'))
    if ('manifest' in read) {
      return describePackage(name, realpathSync.native(path), root, read.manifest)
    }
    if (!read.missing) return { name, directory: path, stage: 'find', error: read.error }
    // Declared but not installed.
    if (dirname(directory) === directory) return undefined
  }
}

/** Nothing but a name of ours says that what is not installed would be a plugin. What is optional or for development only may be left out. */
function missingStrategy(root: string, name: string): IgnoredPlugin | undefined {
  if (!/^@hop3\/(?:builder|deployer|toolchain|proxy)/.test(name)) return undefined
  const error = `${join(root, 'package.json')} declares it, and it is not installed: npm install --prefix ${shellQuote(root)}`
  return { name, directory: join(root, 'node_modules', name), stage: 'find', error }
}

function describePackage(name: string, directory: string, root: string, manifest: Manifest): Candidate | IgnoredPlugin | undefined {
  const roles = rolesOf(manifest)
  const written = isObject(manifest['hop3']) ? manifest['hop3']['plan'] : undefined
  if (typeof written === 'string' && !roles.includes('toolchains')) {
    const error = 'its package.json has a hop3.plan and lacks the keyword hop3-toolchain'
    return { name, directory, stage: 'find', error }
  }
  if (roles.length === 0) return undefined
  const version = typeof manifest['version'] === 'string' ? manifest['version'] : ''
  const hop3 = manifest['hop3']
  const plan = isObject(hop3) ? hop3['plan'] : undefined
  if (plan === undefined || !roles.includes('toolchains')) return { name, version, directory, root, roles }
  const planFile = fileInside(directory, plan)
  if (planFile === undefined) {
    const error = `hop3.plan of its package.json is ${JSON.stringify(plan)}, which is no file of the package`
    return { name, directory, stage: 'find', error }
  }
  return { name, version, directory, root, roles: roles.filter((role) => role !== 'toolchains'), planFile }
}

function fileInside(directory: string, path: unknown): string | undefined {
  if (typeof path !== 'string' || path.includes('\0')) return undefined
  try {
    const real = realpathSync.native(join(directory, path))
    return real.startsWith(directory + sep) ? real : undefined
  } catch {
    // Not there: then it is no file of the package.
    return undefined
  }
}

type Manifest = Readonly<Record<string, unknown>>

function readManifest(path: string): { manifest: Manifest } | { error: string; missing: boolean } {
  try {
    const text = readFileSync(path, 'utf8')
    const manifest: unknown = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
    if (isObject(manifest)) return { manifest }
    return { error: `${path} is not an object`, missing: false }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const message = error instanceof Error ? error.message : String(error)
    return { error: `cannot read ${path}: ${message}`, missing: code === 'ENOENT' || code === 'ENOTDIR' }
  }
}

function declaredDependencies(manifest: Manifest): readonly string[] {
  const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((field) => namesIn(manifest[field]))
  return [...new Set(names)].toSorted()
}

function namesIn(dependencies: unknown): readonly string[] {
  return isObject(dependencies) ? Object.keys(dependencies) : []
}

function rolesOf(manifest: Manifest): readonly Role[] {
  const written = manifest['keywords']
  const keywords = new Set(Array.isArray(written) ? written : [written])
  return Object.entries(roleKeywords).flatMap(([keyword, role]) => (keywords.has(keyword) ? [role] : []))
}

function firstOfEach(candidates: readonly Candidate[]): { candidates: readonly Candidate[]; shadowed: readonly IgnoredPlugin[] } {
  const kept = new Map<string, Candidate>()
  const shadowed: IgnoredPlugin[] = []
  for (const candidate of candidates) {
    const first = kept.get(candidate.name)
    if (first === undefined) kept.set(candidate.name, candidate)
    else if (first.directory !== candidate.directory) {
      shadowed.push({ name: candidate.name, directory: candidate.directory, stage: 'shadowed', error: `shadowed by ${first.directory}` })
    }
  }
  return { candidates: [...kept.values()], shadowed }
}
