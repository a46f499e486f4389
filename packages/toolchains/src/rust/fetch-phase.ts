/** Fetching the crates of Cargo.lock, before there are sources. */
import { posix } from 'node:path'
import { joinPaths, shellQuote } from '@hop3/core'
import type { PhaseInput, SourceView } from '@hop3/core'
import { fetchedPhase } from '../fetched.ts'
import { isInside } from '../inside.ts'
import { textAt } from '../value-at.ts'
import { targetTables } from './packages.ts'
import type { CargoPackage, CargoProject } from './packages.ts'

/** Files Cargo reads besides the packages' manifests. */
const settings = ['Cargo.lock', 'rust-toolchain.toml', 'rust-toolchain', '.cargo/config.toml', '.cargo/config']
const kinds: Readonly<Record<string, string>> = { bin: 'src/bin', example: 'examples', test: 'tests', bench: 'benches' }

/**
 * Its inputs are the manifests, but Cargo parses no manifest whose targets do not exist ("no targets specified in the manifest"). So the
 * command makes empty files in their places where they are missing: in an image that has the manifests only, and never in a whole source.
 */
export async function fetchPhase({ source, packages }: CargoProject, root: string): Promise<PhaseInput> {
  const manifests = ['Cargo.toml', ...packages.map(({ directory }) => joinPaths(directory, 'Cargo.toml'))]
  const present = await Promise.all(settings.map(async (file) => ((await source.hasFile(file)) ? [file] : [])))
  const targets = (await Promise.all(packages.map((one) => targetFiles(source, one)))).flat()
  const files = targets.map((file) => shellQuote(posix.relative(root, file))).join(' ')
  return fetchedPhase('crates', root, {
    cmds: [`for file in ${files}; do test -e "$file" || { mkdir -p "$(dirname "$file")" && touch "$file"; }; done`, 'cargo fetch --locked'],
    onlyIncludeFiles: [...new Set([...manifests, ...present.flat()])],
    cacheDirectories: [...cargoCaches],
  })
}

/** They stay where Cargo's own settings and credentials are: CARGO_HOME moves all three, or none. */
export const cargoCaches = ['~/.cargo/registry', '~/.cargo/git']

/** One file for every target the manifest declares, and one for the package; only files there are, so that none is left over. */
async function targetFiles(source: SourceView, { directory, manifest }: CargoPackage): Promise<readonly string[]> {
  const declared = Object.entries(kinds).flatMap(([kind, place]) =>
    targetTables(manifest, kind).map((table) => {
      const [name, path] = [textAt(table, 'name') ?? '', textAt(table, 'path')]
      return path === undefined ? [`${place}/${name}.rs`, `${place}/${name}/main.rs`, 'src/main.rs'] : [path]
    }),
  )
  const usual = [
    [textAt(manifest, 'lib', 'path') ?? 'src/lib.rs'],
    ['src/main.rs'],
    (await source.list(joinPaths(directory, 'src/bin'))).map((name) => `src/bin/${name}`),
  ]
  const found = await Promise.all([...declared, ...usual].map((candidates) => firstFile(source, directory, candidates)))
  return [...new Set(found.filter((one) => one !== undefined))]
}

async function firstFile(source: SourceView, directory: string, candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    const file = joinPaths(directory, candidate)
    if (isInside(file) && (await source.hasFile(file))) return file
  }
  return undefined
}
