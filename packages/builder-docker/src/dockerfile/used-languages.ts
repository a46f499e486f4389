import type { PlannedApp } from '@hop3/planner'
import { languages, type Language } from './languages.ts'
import { startedPrograms } from './started-programs.ts'

export type Planned = Pick<PlannedApp, 'plan' | 'runtime' | 'kind' | 'spa'>

export interface UsedLanguages {
  /** In the order of `languages`. */
  readonly build: readonly Language[]
  /** Those the app needs to run. Empty for a site. */
  readonly run: readonly Language[]
  /** Programs of build commands. */
  readonly programs: ReadonlySet<string>
}

/** Which languages an app is built and run with: those that planned it, and those whose programs its commands, and its `scripts`, start. */
export function usedLanguages(planned: Planned, scripts: readonly string[] = []): UsedLanguages {
  const { plan, runtime, kind } = planned
  const programs = startedPrograms(Object.values(plan.phases).flatMap(({ cmds }) => cmds))
  const started = startedPrograms([...Object.values(runtime.workers), ...runtime.beforeRun, ...scripts])
  const places = [...runtime.pathPrepend, ...Object.values(runtime.envPaths)]
  const runs = ({ name, programs: own }: Language): boolean =>
    own.some((program) => started.has(program)) ||
    kindOf(kind) === name ||
    (name === 'python' && (runtime.workers['wsgi'] !== undefined || places.some((one) => /(?:^|\/)\.venv(?:\/|$)/.test(one)))) ||
    (name === 'node' && !runsPackagesItself.has(kind) && places.some((one) => one.endsWith('node_modules/.bin')))
  const run = isSite(planned) ? [] : languages.filter(runs)
  const build = languages.filter(
    (language) =>
      run.includes(language) ||
      language.programs.some((program) => programs.has(program)) ||
      (hasPhases(planned) && plan.providers.includes(language.name) && !language.name.startsWith('clojure')),
  )
  return { build: withoutIncluded(build), run: withoutIncluded(run), programs }
}

/** Runtimes that have a node_modules/.bin without Node. */
const runsPackagesItself = new Set(['bun', 'deno'])

/** Nothing runs but what serves files. */
export function isSite({ runtime }: Pick<Planned, 'runtime'>): boolean {
  const names = Object.keys(runtime.workers)
  return names.length > 0 && names.every((name) => name === 'static')
}

function hasPhases({ plan }: Planned): boolean {
  return Object.keys(plan.phases).length > 0
}

function kindOf(kind: string): string {
  return kind === 'kotlin' || kind === 'scala' ? 'java' : kind === 'clojure' ? 'java' : kind
}

/** The images of Clojure hold a JDK. */
function withoutIncluded(all: readonly Language[]): readonly Language[] {
  const isClojure = all.some(({ name }) => name.startsWith('clojure'))
  return isClojure ? all.filter(({ name }) => name !== 'java') : all
}
