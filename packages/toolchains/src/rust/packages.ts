/** The packages of a Cargo project: the root's, and a workspace's members. */
import { posix } from 'node:path'
import { joinPaths, matchesName, normalPath, usablePatterns, withoutTrailingSlashes, type SourceView } from '@hop3/core'
import { isInside } from '../inside.ts'
import { checkManifest } from '../manifest.ts'
import type { Expected } from '../manifest.ts'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'

export interface CargoPackage {
  /** Relative to the source; `''` for the root. */
  readonly directory: string
  readonly name: string
  readonly manifest: unknown
}

export interface CargoProject {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  /** Cargo.toml of the root. */
  readonly manifest: unknown
  /** The root's package first, then the members in the order of their directories, then what they name by path. */
  readonly packages: readonly CargoPackage[]
  /** Directories of `default-members`; empty where the workspace names none. */
  readonly defaultMembers: readonly string[]
}

/** A workspace of more packages is read no further. */
const packagesAtMost = 200

const read: readonly Expected[] = [
  { at: ['package'], is: 'table', write: '[package]' },
  { at: ['package', 'name'], is: 'string', write: 'name = "shop"' },
  { at: ['package', 'default-run'], is: 'string', write: 'default-run = "shop"' },
  { at: ['bin'], is: 'list', write: '[[bin]]' },
  { at: ['workspace'], is: 'table', write: '[workspace]' },
  ...['members', 'default-members', 'exclude'].map((name): Expected => ({
    at: ['workspace', name],
    is: 'strings',
    write: `${name} = ["crates/*"]`,
  })),
  { at: ['dependencies'], is: 'table', write: '[dependencies]' },
]

/** Undefined when the root has no Cargo.toml. Throws `config.invalid` for what the plan would be made without. */
export async function readCargoProject(source: SourceView): Promise<CargoProject | undefined> {
  const names = await source.list()
  if (!names.includes('Cargo.toml')) return undefined
  const manifest = await source.readToml('Cargo.toml')
  checkManifest({ file: 'Cargo.toml', text: await source.readText('Cargo.toml'), data: manifest }, read)
  const excluded = new Set(textsAt(manifest, 'workspace', 'exclude').map(plainPath))
  const members = (await expandAll(source, textsAt(manifest, 'workspace', 'members'))).filter((one) => !excluded.has(one))
  const packages = await readPackages(source, ['', ...members])
  return { source, names, manifest, packages, defaultMembers: await expandAll(source, textsAt(manifest, 'workspace', 'default-members')) }
}

/** With the packages they depend on by path, which are members without being listed. */
async function readPackages(source: SourceView, directories: readonly string[]): Promise<readonly CargoPackage[]> {
  const found = new Map<string, CargoPackage | undefined>()
  const wanted = [...directories]
  for (let directory = wanted.shift(); directory !== undefined && found.size < packagesAtMost; directory = wanted.shift()) {
    if (found.has(directory)) continue
    const file = joinPaths(directory, 'Cargo.toml')
    const manifest = await source.readToml(file)
    checkManifest({ file, text: await source.readText(file), data: manifest }, read)
    const name = textAt(manifest, 'package', 'name')
    found.set(directory, name === undefined ? undefined : { directory, name, manifest })
    for (const path of pathDependencies(directory, manifest)) wanted.push(path)
  }
  return [...found.values()].filter((one) => one !== undefined)
}

function pathDependencies(directory: string, manifest: unknown): readonly string[] {
  const kinds = ['dependencies', 'build-dependencies', 'dev-dependencies']
  const below = ['patch', 'target'].flatMap((key) => Object.keys(tableAt(manifest, key) ?? {}).map((name) => [key, name]))
  const places = [...kinds.map((kind) => [kind]), ['workspace', 'dependencies'], ['replace'], ...below]
  const perTarget = below.flatMap((path) => kinds.map((kind) => [...path, kind]))
  const tables = [...places, ...perTarget].map((path) => tableAt(manifest, ...path) ?? {})
  const paths = tables.flatMap((table) => Object.keys(table).flatMap((name) => textAt(table, name, 'path') ?? []))
  return paths
    .filter((path) => !posix.isAbsolute(path))
    .map((path) => plainPath(joinPaths(directory, path)))
    .filter(isInside)
}

/** `crates/*` as the directories below `crates` that hold a Cargo.toml. */
async function expandAll(source: SourceView, patterns: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    usablePatterns(patterns)
      .map(plainPath)
      .filter(isInside)
      .map((pattern) => expand(source, '', pattern.split('/'))),
  )
  return [...new Set(found.flat())]
}

async function expand(source: SourceView, base: string, parts: readonly string[]): Promise<readonly string[]> {
  const star = parts.findIndex((part) => /[*?]/.test(part))
  const plain = plainPath(joinPaths(base, ...parts.slice(0, star === -1 ? parts.length : star)))
  const [pattern, ...rest] = star === -1 ? [] : parts.slice(star)
  if (pattern === undefined) return [plain]
  const names = (await source.list(plain === '' ? undefined : plain)).filter((name) => matchesName(pattern, name) && !name.startsWith('.'))
  const below = await Promise.all(names.slice(0, packagesAtMost).map((name) => expand(source, joinPaths(plain, name), rest)))
  const hasManifest = await Promise.all(below.flat().map((one) => source.hasFile(joinPaths(one, 'Cargo.toml'))))
  return below.flat().filter((_, index) => hasManifest[index])
}

function plainPath(path: string): string {
  const normal = withoutTrailingSlashes(normalPath(path))
  return normal === '.' ? '' : normal
}

/** The tables of `[[bin]]`, `[[bench]]`, … */
export function targetTables(manifest: unknown, kind: string): readonly unknown[] {
  const value = valueAt(manifest, kind)
  return Array.isArray(value) ? value : []
}
