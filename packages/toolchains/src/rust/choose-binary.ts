/** Which of several binaries serves, and which are built besides. */
import { hop3Error, visible } from '@hop3/core'
import type { Decision, ToolchainContext } from '@hop3/core'
import { procfilePrograms } from '../procfile.ts'
import type { ProcfileProgram } from '../procfile.ts'
import { sourceBelow } from '../source-below.ts'
import { hasServingWord, servingOne } from '../serving-name.ts'
import { textAt } from '../value-at.ts'
import { findBinaries } from './binaries.ts'
import type { CargoBinary } from './binaries.ts'
import type { CargoProject } from './packages.ts'
import type { RustOptions } from './options.ts'

export interface BinaryChoice {
  readonly web: CargoBinary
  readonly others: readonly CargoBinary[]
  /** Built for lines of the Procfile. */
  readonly called: readonly CargoBinary[]
  /** Where those lines look for them, besides bin: `target/release/server`. */
  readonly places: readonly string[]
  readonly decision: Decision
  readonly warning?: string
}

/** Throws `config.rust.no-binary`, `.several-binaries` and `.binary` with what there is and the line to write. */
export async function chooseBinary(project: CargoProject, context: ToolchainContext, options: RustOptions): Promise<BinaryChoice> {
  const all = await findBinaries(project)
  const wanted = inScope(project, all, context.root, options)
  const calls = await callsOf(context, all)
  const first = options.bin === undefined && options.package === undefined ? calls.find(({ isWeb }) => isWeb) : undefined
  const [web, origin, warning] =
    first === undefined ? chooseWeb(project, wanted, context.appName, options) : ([first.binary, first.origin] as const)
  const others = (options.bins ?? []).map((name) => named(all, name, 'bins')).filter((one) => one !== web)
  return {
    web,
    others,
    called: [...new Set(calls.map(({ binary }) => binary))].filter((one) => one !== web && !others.includes(one)),
    places: [...new Set(calls.map(({ path }) => path))].filter((path) => !path.startsWith('bin/')),
    decision: { key: 'rust.bin', value: web.name, origin },
    ...(warning !== undefined && { warning }),
  }
}

interface Call extends ProcfileProgram {
  readonly binary: CargoBinary
}

/** What the Procfile calls where Cargo, or Hop3, puts what it builds. */
async function callsOf({ source, root }: ToolchainContext, all: readonly CargoBinary[]): Promise<readonly Call[]> {
  const own = sourceBelow(source, root)
  const programs = await procfilePrograms(own, await own.list(), ['bin', 'target/release'])
  return programs.flatMap((one) => {
    const [binary, ...alike] = all.filter(({ name }) => name === one.name)
    return binary === undefined || alike.length > 0 ? [] : [{ ...one, binary }]
  })
}

/** Cargo's own narrowing: the package that is asked for, or the member the app is, else default-members, else the root's package. */
function inScope(
  { defaultMembers }: CargoProject,
  all: readonly CargoBinary[],
  root: string,
  options: RustOptions,
): readonly CargoBinary[] {
  if (options.package !== undefined) return all.filter((one) => one.package.name === options.package)
  if (options.bin !== undefined) return all
  if (root !== '') return all.filter((one) => one.package.directory === root)
  const scopes = [defaultMembers, defaultMembers.length === 0 ? [''] : []]
  return scopes.map((scope) => all.filter((one) => scope.includes(one.package.directory))).find((found) => found.length > 0) ?? all
}

type Choice = readonly [web: CargoBinary, origin: string, warning?: string]

function chooseWeb(project: CargoProject, all: readonly CargoBinary[], appName: string, options: RustOptions): Choice {
  if (options.bin !== undefined) return [named(all, options.bin, 'bin'), 'hop3.toml [build.rust] bin']
  const [only, ...more] = all
  if (only === undefined) throw noBinary(options)
  if (more.length === 0) return [only, only.file]
  const runs = all.filter((one) => textAt(one.package.manifest, 'package', 'default-run') === one.name)
  if (runs[0] !== undefined && runs.length === 1) return [runs[0], `default-run of ${runs[0].package.name}`]
  const names = [appName, textAt(project.manifest, 'package', 'name')]
  const [byName, ...alike] = all.filter(({ name }) => names.includes(name))
  if (byName !== undefined && alike.length === 0) return [byName, `${byName.file}, named like the app`]
  const server = servingOne(all)
  if (server === undefined) throw severalBinaries(all)
  const passed = all.filter((one) => one !== server).map(({ name }) => name)
  return [
    server,
    `${server.file}, by its name`,
    `The binary ${server.name} is built, not ${passed.join(', ')}: [build.rust] bin = "…" decides.`,
  ]
}

function named(all: readonly CargoBinary[], name: string, key: string): CargoBinary {
  const found = all.find((one) => one.name === name)
  if (found !== undefined) return found
  throw hop3Error('config.rust.binary', `hop3.toml [build.rust] ${key} names ${visible(name)}, but there is no such binary.`, {
    hint: all.length === 0 ? 'No binary was found.' : `There are: ${all.map((one) => one.name).join(', ')}.`,
    details: { [key]: visible(name), binaries: all.map((one) => one.name) },
  })
}

function severalBinaries(all: readonly CargoBinary[]): Error {
  const likely = (all.find(({ name }) => hasServingWord(name)) ?? all[0])?.name ?? ''
  const listed = all.map(({ name, file }) => `${name} (${file})`).join(', ')
  return hop3Error('config.rust.several-binaries', `The app has ${all.length} binaries, and none is named like it: ${listed}.`, {
    hint: `Say which one serves: default-run = "${likely}" under [package] of Cargo.toml, or in hop3.toml:\n[build.rust]\nbin = "${likely}"`,
    details: { binaries: all.map(({ name }) => name) },
  })
}

export function noBinary(options: RustOptions): Error {
  const where = options.package === undefined ? 'the app' : `the package ${visible(options.package)}`
  return hop3Error(
    'config.rust.no-binary',
    `The rust toolchain was asked for, but ${where} has no binary: no src/main.rs, src/bin or [[bin]].`,
    {
      hint: 'Add src/main.rs, or remove rust from [build] toolchains in hop3.toml.',
    },
  )
}
