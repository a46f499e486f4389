import { hop3Error } from '@hop3/core'
import type { ToolchainContext, ToolchainPlan } from '@hop3/core'
import { fetchedDirectory } from '../fetched.ts'
import { chooseJava } from '../java/version.ts'
import { readOptions } from '../read-options.ts'
import type { ClojureBuild, ClojureRequest } from './build.ts'
import { depsBuild } from './deps.ts'
import { readDepsFile } from './deps-file.ts'
import { leinBuild } from './lein.ts'
import { readLeinProject } from './lein-project.ts'
import { listeningWarnings } from './listens.ts'
import { clojureOptions } from './options.ts'
import type { ClojureOptions } from './options.ts'

/** Throws `config.clojure.no-build`, `.syntax`, `.several-mains`, `.alias`, `.task`, `config.java.version`, `.version-conflict` and what an option has wrong. */
export async function planClojure(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: ClojureOptions = await readOptions(context, 'clojure', clojureOptions)
  const { source, appName } = context
  const request: ClojureRequest = { source, names: await source.list(), appName, options }
  const build = await buildOf(request)
  const java = await chooseJava(context, request.names, {}, {})
  const startWarnings = build.web === undefined ? build.warnings.filter(isAboutStart) : await listeningWarnings(source, build)
  return {
    kind: 'clojure',
    phases: { ...(build.install && { install: build.install }), ...(build.build && { build: build.build }) },
    processes: build.web === undefined ? {} : { web: build.web },
    versions: { ...(java && { java }) },
    exclude: ['/target', '/.cpcache', fetchedDirectory],
    runtime: { ...(build.envPaths && { envPaths: build.envPaths }) },
    decisions: build.decisions,
    warnings: [...new Set([...build.warnings, ...startWarnings])],
    startWarnings,
  }
}

function isAboutStart(warning: string): boolean {
  return warning.startsWith('Nothing says how the app starts')
}

async function buildOf(request: ClojureRequest): Promise<ClojureBuild> {
  const { options, source } = request
  const lein = options.buildTool === 'cli' ? undefined : await readLeinProject(source)
  const deps = options.buildTool === 'lein' || lein !== undefined ? undefined : await readDepsFile(source)
  if (lein !== undefined) return announced(request, await leinBuild(request, lein))
  if (deps !== undefined) return depsBuild(request, deps)
  const file = options.buildTool === 'cli' ? 'deps.edn' : options.buildTool === 'lein' ? 'project.clj' : 'project.clj or deps.edn'
  throw hop3Error('config.clojure.no-build', `The clojure toolchain was asked for, but there is no ${file} that says what to build.`, {
    hint: 'Add project.clj (`lein new app`), or deps.edn with an alias that starts the app.',
  })
}

function announced({ names, options }: ClojureRequest, build: ClojureBuild): ClojureBuild {
  if (options.buildTool !== undefined || !names.includes('deps.edn')) return build
  const said = 'Leiningen builds, by project.clj, although there is a deps.edn: [build.clojure] build_tool = "cli" takes the other.'
  return { ...build, warnings: [...build.warnings, said] }
}
