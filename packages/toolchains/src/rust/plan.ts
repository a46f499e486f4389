import { posix } from 'node:path'
import { joinPaths, shellQuote } from '@hop3/core'
import type { PhaseInput, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { bareCommandWarning } from '../bare-command.ts'
import { fetchedDirectory } from '../fetched.ts'
import { fixedPortWarning } from '../fixed-port.ts'
import { readOptions } from '../read-options.ts'
import { programText } from '../readable-text.ts'
import { tableAt, textAt } from '../value-at.ts'
import { chooseBinary, noBinary } from './choose-binary.ts'
import type { BinaryChoice } from './choose-binary.ts'
import { cargoCaches, fetchPhase } from './fetch-phase.ts'
import { browserWarning } from './in-browser.ts'
import { mayListen } from './listens.ts'
import { rustOptions } from './options.ts'
import type { RustOptions } from './options.ts'
import { readCargoProject } from './packages.ts'
import type { CargoProject } from './packages.ts'
import { systemLibraries } from './system-libraries.ts'
import { chooseRust } from './version.ts'

/** Throws `config.rust.no-binary`, `.several-binaries`, `.binary`, `.version`, `.version-conflict` and what an option has wrong. */
export async function planRust(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: RustOptions = await readOptions(context, 'rust', rustOptions)
  const project = await readCargoProject(context.source)
  if (project === undefined) throw noBinary({})
  const choice = await chooseBinary(project, context, options)
  const rust = await chooseRust(project, choice.web.package, context, options)
  const lock = await context.source.readText('Cargo.lock')
  const aptPkgs = systemLibraries(lock)
  const target = await targetTriple(project)
  const startWarnings = await portWarnings(context, choice)
  return {
    kind: 'rust',
    phases: {
      ...(aptPkgs.length > 0 && { setup: { cmds: [], aptPkgs: [...aptPkgs] } }),
      ...(lock !== undefined && { install: await fetchPhase(project, context.root) }),
      build: buildPhase({ project, choice, options, root: context.root, isLocked: lock !== undefined, target }),
    },
    processes: {
      web: portVariables(choice) + shellQuote(`bin/${choice.web.name}`),
      ...Object.fromEntries(choice.others.map(({ name }) => [name, shellQuote(`bin/${name}`)])),
    },
    versions: { ...(rust && { rust }) },
    exclude: ['/target', fetchedDirectory],
    runtime: {},
    decisions: [choice.decision, ...(target === undefined ? [] : [{ key: 'rust.target', value: target, origin: '.cargo/config.toml' }])],
    warnings: [
      ...startWarnings,
      ...(choice.warning === undefined ? [] : [choice.warning]),
      ...(lock === undefined
        ? ['There is no Cargo.lock, so each build may take other crates: run `cargo generate-lockfile` and commit it.']
        : []),
    ],
    startWarnings,
  }
}

interface BuildFacts {
  readonly project: CargoProject
  readonly choice: BinaryChoice
  readonly options: RustOptions
  readonly root: string
  readonly isLocked: boolean
  readonly target: string | undefined
}

/** `target` is kept between the builds of an app and is no part of a release: the binaries are. */
function buildPhase({ project, choice, options, root, isLocked, target }: BuildFacts): PhaseInput {
  const binaries = [choice.web, ...choice.others, ...choice.called]
  const { places } = choice
  // What is kept between builds is no part of a release: where the Procfile looks into it, it is another directory.
  const directory = places.length === 0 ? 'target' : joinPaths(fetchedDirectory.slice(1), 'target')
  const words = [
    ...(isLocked ? ['--locked'] : []),
    ...new Set(binaries.flatMap((one) => [`--package=${one.package.name}`])),
    ...binaries.map(({ name }) => `--bin=${name}`),
    ...(options.features === undefined ? [] : [`--features=${options.features.join(',')}`]),
  ]
  const release = joinPaths(directory, target ?? '', 'release')
  const files = binaries.map(({ name }) => shellQuote(`${release}/${name}`)).join(' ')
  return {
    cmds: [
      ...forgetCommands(project, release),
      `cargo build --release ${words.map(shellQuote).join(' ')}`,
      `mkdir -p bin && cp ${files} bin/`,
      ...places.map((path) => `mkdir -p target/release && cp ${shellQuote(`bin/${posix.basename(path)}`)} target/release/`),
    ],
    variables: { CARGO_TARGET_DIR: directory },
    cacheDirectories: [...cargoCaches, joinPaths(root, directory)],
    outputs: [...binaries.map(({ name }) => joinPaths('bin', name)), ...places].map((path) => joinPaths(root, path)),
  }
}

/**
 * Cargo goes by times: a file that is older than the last build counts as unchanged, even in an older version of the app or an unpacked
 * archive. So the app's own packages are built anew; their dependencies, which are what takes long, never change under one version.
 */
function forgetCommands({ packages }: CargoProject, release: string): readonly string[] {
  const names = packages.map(({ name }) => name).filter((name) => /^[\w-]+$/.test(name))
  const marks = names.map((name) => `${release}/.fingerprint/${name}-${'?'.repeat(16)}`)
  return marks.length === 0 ? [] : [`rm -rf ${marks.join(' ')}`]
}

async function portWarnings({ source }: ToolchainContext, { web }: BinaryChoice): Promise<readonly string[]> {
  const browser = await browserWarning(source, web)
  if (browser !== undefined) return [browser]
  if (!(await mayListen(source, web))) return [bareCommandWarning(`bin/${web.name}`)]
  return web.file.endsWith('.rs') ? fixedPortWarning('rust', web.file, await programText(source, web.file)) : []
}

/** Rocket listens where its own variables say. */
function portVariables({ web }: BinaryChoice): string {
  return tableAt(web.package.manifest, 'dependencies')?.['rocket'] === undefined ? '' : 'ROCKET_ADDRESS=$BIND_ADDRESS ROCKET_PORT=$PORT '
}

/** `build.target`, which moves what is built into a directory of its own. */
async function targetTriple({ source, names }: CargoProject): Promise<string | undefined> {
  if (!names.includes('.cargo')) return undefined
  for (const file of ['.cargo/config.toml', '.cargo/config']) {
    const triple = textAt(await source.readToml(file), 'build', 'target')
    if (triple !== undefined && /^[\w.-]+$/.test(triple)) return triple
  }
  return undefined
}
