/** The binaries of a Cargo package, as Cargo finds them. */
import { posix } from 'node:path'
import { joinPaths, normalPath } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { textAt, valueAt } from '../value-at.ts'
import { targetTables } from './packages.ts'
import type { CargoPackage, CargoProject } from './packages.ts'

export interface CargoBinary {
  readonly name: string
  readonly package: CargoPackage
  /** The file or table that makes it one. */
  readonly file: string
}

export async function findBinaries({ source, packages }: CargoProject): Promise<readonly CargoBinary[]> {
  return (await Promise.all(packages.map((one) => binariesOf(source, one)))).flat()
}

async function binariesOf(source: SourceView, one: CargoPackage): Promise<readonly CargoBinary[]> {
  const { manifest, directory } = one
  const manifestFile = joinPaths(directory, 'Cargo.toml')
  const declared = targetTables(manifest, 'bin').flatMap((table) => {
    const name = textAt(table, 'name')
    return name === undefined ? [] : [{ name, package: one, file: textAt(table, 'path') ?? '' }]
  })
  const isAutomatic = valueAt(manifest, 'package', 'autobins') !== false
  const found = isAutomatic ? await automaticBinaries(source, one) : []
  const declaredFiles = new Set(declared.map(({ file }) => normalPath(file)))
  const more = found.filter(
    ({ name, file }) => !declared.some((other) => other.name === name) && !declaredFiles.has(posix.relative(directory, file)),
  )
  return [...declared.map((binary) => ({ ...binary, file: manifestFile })), ...more]
}

async function automaticBinaries(source: SourceView, one: CargoPackage): Promise<readonly CargoBinary[]> {
  const main = joinPaths(one.directory, 'src/main.rs')
  const inBin = joinPaths(one.directory, 'src/bin')
  const found = (await source.hasFile(main)) ? [{ name: one.name, package: one, file: main }] : []
  const files = await Promise.all(
    (await source.list(inBin)).map(async (name) => {
      if (name.endsWith('.rs')) return [{ name: name.slice(0, -'.rs'.length), package: one, file: joinPaths(inBin, name) }]
      const file = joinPaths(inBin, name, 'main.rs')
      return (await source.hasFile(file)) ? [{ name, package: one, file }] : []
    }),
  )
  return [...found, ...files.flat()]
}
