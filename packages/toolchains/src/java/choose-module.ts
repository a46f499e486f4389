/** Which of several modules is the app. */
import { hop3Error, visible, withoutTrailingSlashes } from '@hop3/core'
import type { Decision } from '@hop3/core'
import type { JavaRequest } from './build.ts'

export interface Module {
  /** Relative to the source; `''` for the root. */
  readonly directory: string
  readonly name: string
}

export interface ModuleChoice<One extends Module> {
  readonly module: One
  readonly decision?: Decision
  readonly warning?: string
}

/** Names that say "this one is started", where nothing else does. */
const usual = ['app', 'application', 'server', 'web', 'webapp', 'api', 'backend', 'boot', 'bootstrap', 'main']

/** Directories and names of programs that measure or test the others. */
const measures = /(?:^|[-_./])(?:benchmarks?|jmh|perf|tests?|integration-tests?|it)$/

/** `runnable`: the modules that make something to start. Throws `config.java.module` and `.several-modules` with what there is. */
export function chooseModule<One extends Module>(
  all: readonly One[],
  runnable: readonly One[],
  { options, appName, root }: Pick<JavaRequest, 'options' | 'appName' | 'root'>,
): ModuleChoice<One> | undefined {
  const asked = options.module ?? (root === '' ? undefined : root)
  if (asked !== undefined) {
    const path = withoutTrailingSlashes(asked.replace(/^(?:\.\/|:)/, '')).replaceAll(':', '/')
    const found = all.find(({ directory, name }) => [directory, name].includes(path))
    if (found === undefined) throw noModule(asked, all)
    return { module: found, decision: { key: 'java.module', value: found.directory, origin: 'hop3.toml [build.java] module' } }
  }
  const started = appModules(runnable, appName)
  const [only, ...more] = started
  if (only === undefined) return undefined
  const byRoot = more.length === 0 || only.directory === '' ? only : undefined
  const byName = byRoot ?? single(started.filter(({ name }) => name === appName))
  if (byName !== undefined) return { module: byName, ...(byName.directory !== '' && { decision: decisionOf(byName) }) }
  const found = single(started.filter(({ name }) => usual.includes(name.split(/[-_.]/).at(-1) ?? '')))
  if (found === undefined) throw severalModules(started)
  const passed = started.filter((one) => one !== found).map(({ directory }) => directory)
  return {
    module: found,
    decision: decisionOf(found),
    warning: `The module ${found.directory} is started, not ${passed.join(', ')}: [build.java] module = "…" decides.`,
  }
}

/** Without the programs that measure or test the others, unless one of them has the app's name. */
export function appModules<One extends Module>(modules: readonly One[], appName: string): readonly One[] {
  return modules.filter(
    ({ directory, name }) => directory === '' || name === appName || ![name, directory].some((one) => measures.test(one)),
  )
}

function single<One>(found: readonly One[]): One | undefined {
  return found.length === 1 ? found[0] : undefined
}

function decisionOf({ directory }: Module): Decision {
  return { key: 'java.module', value: directory, origin: 'the module that makes something to start' }
}

function noModule(asked: string, all: readonly Module[]): Error {
  const known = all.map(({ directory }) => directory).filter((one) => one !== '')
  return hop3Error('config.java.module', `hop3.toml [build.java] module names ${visible(asked)}, which is no module of the build.`, {
    hint: known.length === 0 ? 'The build has no modules: remove the line.' : `There are: ${known.join(', ')}.`,
    details: { module: visible(asked), modules: known },
  })
}

function severalModules(runnable: readonly Module[]): Error {
  const known = runnable.map(({ directory }) => directory)
  return hop3Error(
    'config.java.several-modules',
    `${known.length} modules make something to start, and none is named like the app: ${known.join(', ')}.`,
    {
      hint: `Say in hop3.toml which one it is:\n[build.java]\nmodule = "${known[0] ?? ''}"`,
      details: { modules: known },
    },
  )
}
