/** deps.edn and build.clj, as far as planning needs them. */
import type { SourceView } from '@hop3/core'
import { memberOf, originOfForm, pairsOf, readClojureFile, textsOf } from './clojure-file.ts'

export interface Alias {
  /** With its colon: `:serve`. */
  readonly name: string
  /** How it is started: `-M` its `:main-opts`, `-X` its `:exec-fn`; undefined where it only changes others. */
  readonly how: '-M' | '-X' | undefined
  /** The namespace of `-m`. */
  readonly namespace: string | undefined
  readonly origin: string
}

export interface DepsFile {
  readonly aliases: readonly Alias[]
  readonly paths: readonly string[]
  /** Undefined without a build.clj or the alias that runs it. */
  readonly build: BuildFile | undefined
  /** False where a dependency lies in the app: then its sources say what to fetch as well. */
  readonly isWhole: boolean
}

export interface BuildFile {
  /** The functions it defines. */
  readonly tasks: readonly string[]
  /** The jar, where its path is written out. */
  readonly jar: string | undefined
  /** Whether the jar is told what starts. */
  readonly hasMain: boolean
}

/** Undefined without a deps.edn. Throws `config.clojure.syntax`. */
export async function readDepsFile(source: SourceView): Promise<DepsFile | undefined> {
  const file = await readClojureFile(source, 'deps.edn')
  if (file === undefined) return undefined
  const [deps] = file.forms
  const aliases = pairsOf(memberOf(deps, ':aliases')).map(([key, alias]): Alias => {
    const options = textsOf(memberOf(alias, ':main-opts'))
    return {
      name: key.text,
      how: options !== undefined ? '-M' : memberOf(alias, ':exec-fn') === undefined ? undefined : '-X',
      namespace: options?.[options.findIndex((one) => one === '-m' || one === '--main') + 1],
      // Counting lines is for the one that is said, of however many there are.
      get origin() {
        return originOfForm(file, key)
      },
    }
  })
  const hasAlias = aliases.some(({ name }) => name === ':build')
  const build = hasAlias ? await source.readText('build.clj') : undefined
  return {
    aliases,
    paths: textsOf(memberOf(deps, ':paths')) ?? ['src'],
    build: build === undefined ? undefined : buildFile(build),
    isWhole: !/:local\/root\b/.test(file.text),
  }
}

function buildFile(text: string): BuildFile {
  const jar = /(?:\(def\s+uber-file|:uber-file)\s+"([^"%]+\.jar)"/.exec(text)?.[1]
  return {
    tasks: [...text.matchAll(/^\(defn\s+(?:\^\S+\s+)*([^\s"()[\]{}]+)/gm)].map((found) => found[1] ?? ''),
    jar: jar === undefined || jar.startsWith('/') || jar.includes('..') ? undefined : jar,
    hasMain: /(?:^|[\s({]):main\s/.test(text),
  }
}
