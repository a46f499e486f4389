/** Apps of the Clojure CLI: a jar where build.clj makes one, else their sources. */
import { hop3Error, shellQuote, visible } from '@hop3/core'
import type { Decision, PhaseInput } from '@hop3/core'
import { fetchedPhase } from '../fetched.ts'
import { jarOutputs, startUberjar } from './build.ts'
import type { ClojureBuild, ClojureRequest } from './build.ts'
import type { Alias, DepsFile } from './deps-file.ts'
import { fileOfNamespace, findMains, onlyMain } from './main-namespace.ts'

/** Throws `config.clojure.alias`, `.task` and `.several-mains`. */
export async function depsBuild(request: ClojureRequest, deps: DepsFile): Promise<ClojureBuild> {
  const start = await depsStart(request, deps)
  const common = {
    ...(start?.file !== undefined && { mainFile: start.file }),
    decisions: start?.decisions ?? [],
    warnings: start?.warnings ?? [noStart],
  }
  if (start === undefined) return { ...common, ...fetched(deps, ['clojure -P']) }
  if (start.task === undefined) return { ...common, ...runFromSource(deps, start.words) }
  const jar = request.options.jar ?? deps.build?.jar
  const install = fetched(deps, ['clojure -P', 'clojure -P -T:build'])
  const build: PhaseInput = {
    cmds: [`clojure -T:build ${shellQuote(start.task)}`],
    cacheDirectories: [...caches],
    outputs: jarOutputs(jar),
  }
  return { ...common, ...install, build, web: startUberjar(jar, start.namespace) }
}

/** Libraries of Maven's repositories, and of git's. */
const caches = ['~/.m2/repository', '~/.gitlibs']

function fetched({ isWhole }: DepsFile, cmds: readonly string[]): Pick<ClojureBuild, 'install'> {
  if (!isWhole) return {}
  return { install: fetchedPhase('clojure', '', { cmds: [...cmds], onlyIncludeFiles: ['deps.edn'], cacheDirectories: [...caches] }) }
}

/** What runs needs its libraries beside it: caches are not part of a release, nor of an image. */
const libraries = '.hop3-tools/m2'
const gitLibraries = '.hop3-tools/gitlibs'
const withLibraries = `clojure -Sdeps ${shellQuote(`{:mvn/local-repo "${libraries}"}`)}`

function runFromSource({ isWhole }: DepsFile, words: string): Pick<ClojureBuild, 'install' | 'build' | 'web' | 'envPaths'> {
  const phase: PhaseInput = {
    cmds: [`mkdir -p ${libraries} ${gitLibraries}`, `${withLibraries} -P ${words}`],
    variables: { GITLIBS: gitLibraries },
    outputs: [libraries, gitLibraries],
  }
  return {
    ...(isWhole ? { install: { ...phase, onlyIncludeFiles: ['deps.edn'] } } : { build: phase }),
    web: `${withLibraries} ${words}`,
    envPaths: { GITLIBS: gitLibraries },
  }
}

interface DepsStart {
  /** The function of build.clj that makes a jar; undefined where sources are run. */
  readonly task?: string
  /** What starts in the jar, where the jar does not say it. */
  readonly namespace?: string
  /** What the CLI is told: `-M:serve`. */
  readonly words: string
  readonly file?: string
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

/** Names of aliases and functions that say "this one serves" and "this one makes the jar", the surest first. */
const usualAliases = [
  ':serve',
  ':server',
  ':web',
  ':start',
  ':run',
  ':main',
  ':prod',
  ':production',
  ':run-m',
  ':run-main',
  ':app',
  ':run-x',
]
const usualTasks = ['uber', 'uberjar', 'ci']

/** Undefined for a library. Throws as `depsBuild`. */
export async function depsStart(request: ClojureRequest, deps: DepsFile): Promise<DepsStart | undefined> {
  const { options } = request
  if (options.alias !== undefined) return aliasStart(request, deps, [namedAlias(deps, options.alias)], 'hop3.toml [build.clojure] alias')
  const task = taskOf(deps, options.task)
  if (task !== undefined) return jarStart(request, deps, task)
  const aliases = usualAliases.flatMap((name) => deps.aliases.filter((one) => one.name === name && one.how !== undefined))
  if (options.main === undefined && aliases.length > 0) return aliasStart(request, deps, aliases)
  const main = await mainOf(request, deps)
  return main && { words: `-M -m ${shellQuote(main.name)}`, ...main.file, decisions: [decisionOf(main.name, main.origin)], warnings: [] }
}

function namedAlias({ aliases }: DepsFile, asked: string): Alias {
  const name = `:${asked.replace(/^:/, '')}`
  const runnable = aliases.filter(({ how }) => how !== undefined)
  const found = runnable.find((one) => one.name === name)
  if (found !== undefined) return found
  throw hop3Error(
    'config.clojure.alias',
    `hop3.toml [build.clojure] alias names ${visible(asked)}, but deps.edn has no such alias with :main-opts or :exec-fn.`,
    {
      hint: runnable.length === 0 ? 'Remove the line, or add the alias.' : `There are: ${runnable.map((one) => one.name).join(', ')}.`,
      details: { alias: visible(asked), aliases: runnable.map((one) => one.name) },
    },
  )
}

function taskOf({ build }: DepsFile, asked: string | undefined): string | undefined {
  if (asked === undefined) return usualTasks.find((name) => build?.tasks.includes(name))
  if (build?.tasks.includes(asked) === true) return asked
  const seen = build === undefined ? 'there is no build.clj with an alias :build in deps.edn' : 'build.clj does not define it'
  throw hop3Error('config.clojure.task', `hop3.toml [build.clojure] task names ${visible(asked)}, but ${seen}.`, {
    hint: build === undefined ? 'Add both, or remove the line.' : `There are: ${build.tasks.join(', ')}.`,
    details: { task: visible(asked) },
  })
}

async function jarStart(request: ClojureRequest, deps: DepsFile, task: string): Promise<DepsStart> {
  const main = request.options.main !== undefined || deps.build?.hasMain === false ? await mainOf(request, deps) : undefined
  const decisions = [
    {
      key: 'clojure.build',
      value: `-T:build ${task}`,
      origin: request.options.task === undefined ? 'build.clj' : 'hop3.toml [build.clojure] task',
    },
    ...(main === undefined ? [] : [decisionOf(main.name, main.origin)]),
  ]
  return { task, words: '', ...(main && { namespace: main.name }), ...main?.file, decisions, warnings: [] }
}

async function aliasStart(
  request: ClojureRequest,
  deps: DepsFile,
  aliases: readonly Alias[],
  origin?: string,
): Promise<DepsStart | undefined> {
  const [alias, ...others] = aliases
  if (alias === undefined) return undefined
  const file = alias.namespace === undefined ? undefined : await fileOfNamespace(request.source, deps.paths, alias.namespace)
  const passed = others.map(({ name }) => name).join(', ')
  return {
    words: `${alias.how ?? '-M'}${alias.name}`,
    ...(file !== undefined && { file }),
    decisions: [decisionOf(alias.name, origin ?? alias.origin)],
    warnings: passed === '' ? [] : [`The alias ${alias.name} is started, not ${passed}: [build.clojure] alias = "…" decides.`],
  }
}

interface Main {
  readonly name: string
  readonly file: { readonly file?: string }
  readonly origin: string
}

async function mainOf({ source, appName, options }: ClojureRequest, { paths }: DepsFile): Promise<Main | undefined> {
  if (options.main !== undefined) {
    const file = await fileOfNamespace(source, paths, options.main)
    return { name: options.main, file: file === undefined ? {} : { file }, origin: 'hop3.toml [build.clojure] main' }
  }
  const found = onlyMain(await findMains(source, paths, appName))
  return found && { name: found.name, file: { file: found.file }, origin: found.file }
}

function decisionOf(value: string, origin: string): Decision {
  return { key: 'clojure.start', value, origin }
}

const noStart =
  'Nothing says how the app starts: add an alias with :main-opts to deps.edn (:serve), or write `main = "shop.core"` under [build.clojure] in hop3.toml.'
