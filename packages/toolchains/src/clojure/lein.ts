/** Apps that Leiningen builds: one jar with all dependencies. */
import type { Decision, PhaseInput } from '@hop3/core'
import { fetchedPhase } from '../fetched.ts'
import { programText } from '../readable-text.ts'
import { jarOutputs, startUberjar } from './build.ts'
import type { ClojureBuild, ClojureRequest } from './build.ts'
import type { LeinProject } from './lein-project.ts'
import { fileOfNamespace, findMains, onlyMain } from './main-namespace.ts'

/** Throws `config.clojure.several-mains`. */
export async function leinBuild(request: ClojureRequest, project: LeinProject): Promise<ClojureBuild> {
  const start = await leinStart(request, project)
  const jar = request.options.jar ?? project.jar
  const more: Pick<PhaseInput, 'cacheDirectories' | 'variables' | 'secrets'> = {
    // Leiningen itself installs into the other one.
    cacheDirectories: ['~/.m2/repository', '~/.lein'],
    // Elsewise Leiningen asks root, in an image, whether that is meant.
    variables: { LEIN_ROOT: '1' },
    ...(project.secrets.length > 0 && { secrets: [...project.secrets] }),
  }
  return {
    // The profiles of a developer, with a REPL in them, are neither fetched nor built.
    ...(project.isWhole && {
      install: fetchedPhase('lein', '', {
        cmds: ['lein with-profile uberjar deps'],
        onlyIncludeFiles: ['project.clj', ...['profiles.clj'].filter((name) => request.names.includes(name))],
        ...more,
      }),
    }),
    build: { cmds: [start?.task ?? 'lein uberjar'], outputs: jarOutputs(jar), ...more },
    ...(start && { web: startUberjar(jar, start.namespace) }),
    ...(start?.file !== undefined && { mainFile: start.file }),
    decisions: [
      ...(start === undefined ? [] : [start.decision]),
      ...(project.minimum === undefined
        ? []
        : [{ key: 'clojure.leiningen', value: project.minimum.version, origin: project.minimum.origin }]),
      ...(project.isWhole
        ? []
        : [{ key: 'clojure.install', value: 'with the build', origin: 'project.clj runs code or names other files' }]),
    ],
    warnings: start === undefined ? [noStart] : [],
  }
}

export interface LeinStart {
  readonly task: string
  /** Undefined where the jar itself says what starts. */
  readonly namespace?: string
  readonly file?: string
  readonly decision: Decision
}

/** Undefined for a library. Throws `config.clojure.several-mains`. */
export async function leinStart({ source, appName, options }: ClojureRequest, project: LeinProject): Promise<LeinStart | undefined> {
  const task = 'lein uberjar'
  const { main, ring, paths } = project
  if (options.main !== undefined) {
    const file = await fileOfNamespace(source, paths, options.main)
    return { task, namespace: options.main, ...(file && { file }), decision: decisionOf(options.main, 'hop3.toml [build.clojure] main') }
  }
  if (main !== undefined) {
    const file = await fileOfNamespace(source, paths, main.name)
    const text = file === undefined ? undefined : await programText(source, file)
    // Java starts a class. One is made of a namespace that is compiled and says `:gen-class`, and Clojure starts any.
    const isClass = main.isCompiled && (text === undefined || text.includes(':gen-class'))
    return { task, ...(!isClass && { namespace: main.name }), ...(file && { file }), decision: decisionOf(main.name, main.origin) }
  }
  if (ring !== undefined) return { task: 'lein ring uberjar', decision: decisionOf('lein-ring', ring) }
  const found = onlyMain(await findMains(source, paths, appName))
  return found && { task, namespace: found.name, file: found.file, decision: decisionOf(found.name, found.file) }
}

const noStart =
  'Nothing says how the app starts: write `:main shop.core` into project.clj, or `main = "shop.core"` under [build.clojure] in hop3.toml.'

function decisionOf(value: string, origin: string): Decision {
  return { key: 'clojure.start', value, origin }
}
