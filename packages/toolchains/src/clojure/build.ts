/** What Leiningen and the Clojure CLI find out about an app, in the same words. */
import { normalPath, shellQuote } from '@hop3/core'
import type { Decision, PhaseInput, SourceView } from '@hop3/core'
import { startJar } from '../java/start.ts'
import type { ClojureOptions } from './options.ts'

export interface ClojureRequest {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  readonly appName: string
  readonly options: ClojureOptions
}

export interface ClojureBuild {
  readonly install?: PhaseInput
  readonly build?: PhaseInput
  /** Undefined where nothing says how it starts. */
  readonly web?: string
  /** The file with the `-main` that starts. */
  readonly mainFile?: string
  readonly envPaths?: Readonly<Record<string, string>>
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

/** `jar` undefined: the largest, which is the one with all dependencies in it. With a namespace, a jar need not say what starts. */
export function startUberjar(jar: string | undefined, namespace?: string): string {
  const some = '"$(ls -S target/*.jar target/*/*.jar 2>/dev/null | head -n 1)"'
  if (namespace !== undefined)
    return `java $JAVA_OPTS -cp ${jar === undefined ? some : shellQuote(jar)} clojure.main -m ${shellQuote(namespace)}`
  return jar === undefined ? `java $JAVA_OPTS -jar ${some}` : startJar(jar)
}

/** What a build leaves: the jar, or the directory it is in. */
export function jarOutputs(jar: string | undefined): string[] {
  return [jar === undefined ? 'target' : normalPath(jar)]
}
