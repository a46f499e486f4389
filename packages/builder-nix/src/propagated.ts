/** Where a package's programs and Python modules are, with those of what it propagates: what a nix-shell would set. */
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { orElse } from '@hop3/core/files'
import { absent, readPackageFile } from './package-file.ts'

export interface PropagatedPaths {
  readonly path: readonly string[]
  readonly variables: Readonly<Record<string, string>>
}

export async function propagatedPaths(location: string): Promise<PropagatedPaths> {
  const packages = await closure(location)
  const bins = await existing(packages.map((one) => join(one, 'bin')))
  const modules = (await Promise.all(packages.map(sitePackages))).flat()
  return { path: bins, variables: modules.length === 0 ? {} : { PYTHONPATH: modules.join(':') } }
}

/** nixpkgs writes the names of what a package needs at its side into `nix-support` of it. */
async function closure(location: string): Promise<readonly string[]> {
  const found = [location]
  for (const path of found) {
    const text = (await readPackageFile(path, 'nix-support/propagated-build-inputs')) ?? ''
    for (const one of text.split(/\s+/)) if (dirname(one) === dirname(location) && !found.includes(one)) found.push(one)
  }
  return found
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const are = await Promise.all(paths.map(isDirectory))
  return paths.filter((_path, index) => are[index] === true)
}

function isDirectory(path: string): Promise<boolean> {
  return orElse(
    stat(path).then((found) => found.isDirectory()),
    false,
    absent,
  )
}

async function sitePackages(path: string): Promise<readonly string[]> {
  const names = await orElse(readdir(join(path, 'lib')), [], absent)
  const pythons = names.filter((name) => /^python3\.\d+$/.test(name))
  return existing(pythons.map((name) => join(path, 'lib', name, 'site-packages')))
}
