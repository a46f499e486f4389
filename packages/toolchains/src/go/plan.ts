import { posix } from 'node:path'
import { joinPaths, shellQuote } from '@hop3/core'
import type { PhaseInput, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { bareCommandWarning } from '../bare-command.ts'
import { fetchedDirectory, fetchedPhase } from '../fetched.ts'
import { fixedPortWarning } from '../fixed-port.ts'
import { originOf } from '../origin.ts'
import { readOptions } from '../read-options.ts'
import { programText } from '../readable-text.ts'
import { isAtLeast } from '../version-order.ts'
import { cgoDecision } from './cgo.ts'
import { chooseMain, packageOf } from './choose-main.ts'
import { mayListen } from './listens.ts'
import { goFiles } from './main-packages.ts'
import type { MainPackage } from './main-packages.ts'
import { readGoSource } from './module.ts'
import type { GoSource } from './module.ts'
import { goOptions } from './options.ts'
import type { GoOptions } from './options.ts'
import { chooseGo } from './version.ts'

/** What the go command reads of an operator's private modules. Values are given with `hop3 env set`; absent ones are no matter. */
const privateModules = ['GOAUTH', 'GONOPROXY', 'GONOSUMDB', 'GOPRIVATE', 'GOPROXY', 'GOSUMDB']

/** Throws `config.go.no-main`, `.several-mains`, `.package`, `.version`, `.version-conflict` and what an option has wrong. */
export async function planGo(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: GoOptions = await readOptions(context, 'go', goOptions)
  const app = await readGoSource(context.source)
  const choice = await chooseMain(app, context, options)
  const go = await chooseGo(app, context, options)
  const cgo = await cgoDecision(app, choice.web, options)
  const isVendored = await app.source.hasFile('vendor/modules.txt')
  const fetches = !isVendored && app.modules.some(({ requires: required }) => required.size > 0)
  // Members of a workspace that require each other are nowhere to be downloaded from, and the command knows no way around them.
  const fetchesFirst = fetches && !requireEachOther(app)
  const buildOf = (main: MainPackage): Build => ({ main, bin: `bin/${fileName(main.name, context.appName)}` })
  const builds = [choice.web, ...choice.others, ...choice.called].map(buildOf)
  const build: BuildFacts = { app, root: context.root, options, isStatic: cgo === undefined, isVendored, version: go?.version }
  const startWarnings = [
    ...((await mayListen(app, choice.web)) ? [] : [bareCommandWarning(builds[0]?.bin ?? '')]),
    ...fixedPortWarning('go', choice.web.file, await programText(app.source, choice.web.file)),
  ]
  return {
    kind: 'go',
    phases: {
      ...(cgo !== undefined && { setup: { cmds: [], aptPkgs: ['gcc', 'libc6-dev'] } }),
      ...(fetchesFirst && { install: await installPhase(app, context.root) }),
      build: {
        cmds: await Promise.all(builds.map(({ main, bin }) => buildCommand(build, main, bin))),
        variables: buildVariables(build),
        cacheDirectories: [...(fetches ? ['~/go/pkg/mod'] : []), '~/.cache/go-build'],
        ...(fetches && { secrets: [...privateModules] }),
        outputs: builds.map(({ bin }) => joinPaths(context.root, bin)),
      },
    },
    // What the Procfile calls, it starts by itself.
    processes: Object.fromEntries(
      [choice.web, ...choice.others].map((main, index) => [index === 0 ? 'web' : main.name, buildOf(main).bin]),
    ),
    versions: { ...(go && { go }) },
    exclude: [fetchedDirectory],
    runtime: { envVars: requires(app, 'github.com/gin-gonic/gin') ? { GIN_MODE: 'release' } : {} },
    decisions: [
      choice.decision,
      ...(cgo === undefined ? [] : [cgo]),
      ...(isVendored ? [{ key: 'go.modules', value: 'vendored', origin: 'vendor/modules.txt' }] : []),
    ],
    warnings: [
      ...(choice.warning === undefined ? [] : [choice.warning]),
      ...(await moduleWarnings(app, choice.web)),
      ...(await sumWarnings(app, isVendored)),
      ...startWarnings,
    ],
    startWarnings,
  }
}

interface Build {
  readonly main: MainPackage
  readonly bin: string
}

/** The manifests of every module and of what takes a module's place; nothing that is edited every day. */
async function installPhase({ source, names, modules }: GoSource, root: string): Promise<PhaseInput> {
  const directories = [...new Set(modules.flatMap(({ directory, replacements }) => [directory, ...replacements]))]
  const wanted = [...['go.work', 'go.work.sum'].filter((name) => names.includes(name)), ...directories.flatMap(manifestsOf)]
  const files = await Promise.all(wanted.map(async (file) => ((await source.hasFile(file)) ? [file] : [])))
  return fetchedPhase('go-modules', root, {
    cmds: ['go mod download'],
    onlyIncludeFiles: files.flat(),
    cacheDirectories: ['~/go/pkg/mod'],
    variables: { GOFLAGS: '-mod=readonly -modcacherw' },
    secrets: [...privateModules],
  })
}

function manifestsOf(directory: string): readonly string[] {
  return ['go.mod', 'go.sum'].map((name) => joinPaths(directory, name))
}

interface BuildFacts {
  readonly app: GoSource
  readonly root: string
  readonly options: GoOptions
  readonly isStatic: boolean
  readonly isVendored: boolean
  readonly version: string | undefined
}

async function buildCommand({ app, root, options, version }: BuildFacts, main: MainPackage, bin: string): Promise<string> {
  // Without a module, the go command takes files only.
  const target =
    app.modules.length === 0 ? (await goFiles(app.source, main.directory)).map((name) => joinPaths(main.directory, name)) : undefined
  const words = [
    // A release is no working tree; without this, one below a repository is stamped with that repository's state. Go 1.18 brought it.
    ...(version === undefined || isAtLeast(version, '1.18') ? ['-buildvcs=false'] : []),
    '-trimpath',
    '-ldflags=-s -w',
    ...(options.tags === undefined ? [] : [`-tags=${options.tags.join(',')}`]),
    '-o',
    bin,
    ...(target ?? [packageOf({ directory: posix.relative(root, main.directory) })]),
  ]
  return `go build ${words.map(shellQuote).join(' ')}`
}

function buildVariables({ app, isStatic, isVendored }: BuildFacts): Record<string, string> {
  // The cache stays removable without root; go.mod is never rewritten by a build.
  const flags = isVendored ? '-mod=vendor' : '-mod=readonly -modcacherw'
  return { CGO_ENABLED: isStatic ? '0' : '1', ...(app.modules.length > 0 && { GOFLAGS: flags }) }
}

/** Without go.mod nothing says which version of a package is meant; the go command refuses to look for any. */
async function moduleWarnings({ source, modules }: GoSource, { directory }: MainPackage): Promise<readonly string[]> {
  if (modules.length > 0) return []
  for (const name of await goFiles(source, directory)) {
    const file = joinPaths(directory, name)
    const text = await programText(source, file)
    const place = /^(?:import)?[ \t]+(?:[\w.]+[ \t]+)?"[\w-]+(?:\.[\w-]+)+\/[\w./-]+"/m
    if (place.test(text ?? ''))
      return [
        `${originOf(file, text, place)} takes in a package of others, but there is no go.mod, so the build will fail: run \`go mod init\` and \`go mod tidy\`, and commit what they write.`,
      ]
  }
  return []
}

async function sumWarnings({ source, modules }: GoSource, isVendored: boolean): Promise<readonly string[]> {
  const without = await Promise.all(
    modules.map(async ({ directory, requires: required, replacements }) => {
      const file = joinPaths(directory, 'go.sum')
      return isVendored || required.size <= replacements.length || (await source.hasFile(file)) ? [] : [file]
    }),
  )
  return without.flat().map((file) => `There is no ${file}, so the build will fail: run \`go mod tidy\` and commit it.`)
}

function requireEachOther({ modules, work }: GoSource): boolean {
  const own = modules.map(({ path }) => path)
  return work?.replaces === true || modules.some(({ requires: required }) => own.some((path) => required.has(path)))
}

function requires({ modules }: GoSource, path: string): boolean {
  return modules.some((one) => one.requires.has(path))
}

/** A name for a file: modules and directories may be called anything. */
function fileName(name: string, appName: string): string {
  return /^[A-Za-z0-9][\w.-]{0,62}$/.test(name) ? name : appName
}
