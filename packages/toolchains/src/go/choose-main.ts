/** Which of several programs serves, and which are built besides. */
import { hop3Error, visible, withoutTrailingSlashes } from '@hop3/core'
import type { Decision, ToolchainContext } from '@hop3/core'
import { procfilePrograms } from '../procfile.ts'
import type { ProcfileProgram } from '../procfile.ts'
import { sourceBelow } from '../source-below.ts'
import { hasServingWord, servingOne } from '../serving-name.ts'
import { findMainPackages, mainPackage, moduleName } from './main-packages.ts'
import type { MainPackage } from './main-packages.ts'
import type { GoSource } from './module.ts'
import type { GoOptions } from './options.ts'

export interface MainChoice {
  readonly web: MainPackage
  readonly others: readonly MainPackage[]
  /** Built for lines of the Procfile. */
  readonly called: readonly MainPackage[]
  readonly decision: Decision
  readonly warning?: string
}

/** Throws `config.go.no-main`, `.several-mains` and `.package` with what there is and the line to write. */
export async function chooseMain(
  app: GoSource,
  { appName, root }: Pick<ToolchainContext, 'appName' | 'root'>,
  options: GoOptions,
): Promise<MainChoice> {
  const all = await findMainPackages(app)
  const calls = await callsOf(app, all, root)
  const first = options.bin === undefined && options.package === undefined ? calls.find(({ isWeb }) => isWeb) : undefined
  const [web, origin, warning] =
    first === undefined ? await chooseWeb(app, all, options, { appName, root }) : ([first.main, first.origin] as const)
  const others = (options.bins ?? []).map((name) => namedMain(all, name, 'bins')).filter((one) => one.directory !== web.directory)
  const called = calls.map(({ main }) => main).filter((one) => ![web, ...others].some(({ directory }) => directory === one.directory))
  const decision = { key: 'go.package', value: packageOf(web), origin }
  return { web, others, called: [...new Set(called)], decision, ...(warning !== undefined && { warning }) }
}

interface Call extends ProcfileProgram {
  readonly main: MainPackage
}

/** What the Procfile calls where Hop3, as Heroku, puts what it builds. */
async function callsOf({ source }: GoSource, all: readonly MainPackage[], root: string): Promise<readonly Call[]> {
  const own = sourceBelow(source, root)
  const programs = await procfilePrograms(own, await own.list(), ['bin'])
  return programs.flatMap((one) => {
    const [main, ...alike] = all.filter(({ name }) => name === one.name)
    return main === undefined || alike.length > 0 ? [] : [{ ...one, main }]
  })
}

/** As the go command takes it: `.`, `./cmd/web`. */
export function packageOf({ directory }: Pick<MainPackage, 'directory'>): string {
  return directory === '' ? '.' : `./${directory}`
}

type Choice = readonly [web: MainPackage, origin: string, warning?: string]

async function chooseWeb(
  app: GoSource,
  all: readonly MainPackage[],
  options: GoOptions,
  { appName, root }: Pick<ToolchainContext, 'appName' | 'root'>,
): Promise<Choice> {
  if (options.package !== undefined) return [await atPath(app, options.package), 'hop3.toml [build.go] package']
  if (options.bin !== undefined) return [namedMain(all, options.bin, 'bin'), 'hop3.toml [build.go] bin']
  // A member of a workspace: only what lies in it.
  const inside = root === '' ? all : all.filter(({ directory }) => directory === root || directory.startsWith(`${root}/`))
  const [only, ...more] = inside
  if (only === undefined) throw noMain(app)
  if (more.length === 0) return [only, only.file]
  const atRoot = inside.find(({ directory }) => directory === root)
  if (atRoot !== undefined) return [atRoot, atRoot.file]
  const names = [appName, ...app.modules.map(({ path }) => moduleName(path))]
  const [byName, ...alike] = inside.filter(({ name }) => names.includes(name))
  if (byName !== undefined && alike.length === 0) return [byName, `${byName.file}, named like the app`]
  const server = servingOne(inside)
  if (server === undefined) throw severalMains(inside)
  const passed = inside.filter((one) => one !== server).map(packageOf)
  return [server, `${server.file}, by its name`, `${packageOf(server)} is built, not ${passed.join(', ')}: [build.go] bin = "…" decides.`]
}

async function atPath({ source }: GoSource, path: string): Promise<MainPackage> {
  const directory = withoutTrailingSlashes(path.replace(/^\.\//, '')).replace(/^\.$/, '')
  const name = directory.split('/').at(-1)
  const found =
    directory.startsWith('/') || directory.split('/').includes('..') ? undefined : await mainPackage(source, directory, name || 'app')
  if (found !== undefined) return found
  throw hop3Error('config.go.package', `hop3.toml [build.go] package names ${visible(path)}, where no package main is.`, {
    hint: 'Name the directory of a program, relative to the app: package = "./cmd/web".',
    details: { package: visible(path) },
  })
}

function namedMain(all: readonly MainPackage[], name: string, key: string): MainPackage {
  const found = all.find((one) => one.name === name)
  if (found !== undefined) return found
  throw hop3Error('config.go.package', `hop3.toml [build.go] ${key} names ${visible(name)}, but there is no such program.`, {
    hint: all.length === 0 ? 'No package main was found.' : `There are: ${all.map((one) => one.name).join(', ')}.`,
    details: { [key]: visible(name), programs: all.map((one) => one.name) },
  })
}

function severalMains(all: readonly MainPackage[]): Error {
  const listed = all.map((one) => `${packageOf(one)} (${one.file})`).join(', ')
  return hop3Error('config.go.several-mains', `The app has ${all.length} programs, and none is named like it: ${listed}.`, {
    hint: `Say in hop3.toml which one serves:\n[build.go]\npackage = "${packageOf(likeliest(all))}"`,
    details: { packages: all.map(packageOf) },
  })
}

/** Not what is run now and then, where there is something else. */
function likeliest(all: readonly MainPackage[]): MainPackage | { readonly directory: string } {
  const named = all.find(({ name }) => hasServingWord(name))
  return (
    named ?? all.find(({ name }) => !/migrat|seed|work|ctl|cli|tool|gen|cron|job|test|example/.test(name)) ?? all[0] ?? { directory: '' }
  )
}

function noMain({ names }: GoSource): Error {
  const seen = names.includes('go.work') ? 'the modules of go.work have' : names.includes('go.mod') ? 'the module has' : 'there is'
  return hop3Error(
    'config.go.no-main',
    `The go toolchain was asked for, but ${seen} no package main in the root, cmd or a directory of the root.`,
    {
      hint: 'Say in hop3.toml where the program lies:\n[build.go]\npackage = "./path/to/it"',
    },
  )
}
