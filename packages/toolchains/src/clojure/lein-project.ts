/** project.clj, as far as planning needs it: what is written there, merged with the profile that `lein uberjar` uses. */
import { withoutTrailingSlashes } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import type { VersionPick } from '../version-pick.ts'
import { hasCode, memberOf, originOfForm, readClojureFile, textOf, textsOf } from './clojure-file.ts'
import type { ClojureFile } from './clojure-file.ts'
import type { Form } from './forms.ts'

export interface LeinProject {
  readonly file: ClojureFile
  /** Without its group; empty where it is not written out. */
  readonly name: string
  readonly main: { readonly name: string; readonly isCompiled: boolean; readonly origin: string } | undefined
  /** Where lein-ring is told its handler. */
  readonly ring: string | undefined
  /** Directories with sources. */
  readonly paths: readonly string[]
  /** The jar with all dependencies; undefined where its name is known only once code is run. */
  readonly jar: string | undefined
  readonly minimum: VersionPick | undefined
  /** True when the file alone says what to fetch: nothing in it is run, or lies elsewhere in the app. */
  readonly isWhole: boolean
  /** Variables that repositories take their users and passwords from. */
  readonly secrets: readonly string[]
}

/** Undefined without a project.clj, or where it has no `defproject`. Throws `config.clojure.syntax`. */
export async function readLeinProject(source: SourceView): Promise<LeinProject | undefined> {
  const file = await readClojureFile(source, 'project.clj')
  const form = file?.forms.find(({ kind, items }) => kind === 'list' && items[0]?.text === 'defproject')
  if (file === undefined || form === undefined) return undefined
  const [, id, version, ...pairs] = form.items
  const project: Form = { ...form, kind: 'map', items: pairs }
  const uberjar = memberOf(project, ':profiles', ':uberjar')
  const value = (key: string): Form | undefined => memberOf(uberjar, key) ?? memberOf(project, key)
  const name = id?.kind === 'word' ? (id.text.split('/').at(-1) ?? '') : ''
  const minimum = memberOf(project, ':min-lein-version')
  const ring = memberOf(project, ':ring', ':handler')
  return {
    file,
    name,
    main: mainOf(file, value(':main'), value(':aot')),
    ring: ring?.kind === 'word' && /\blein-ring\s/.test(file.text) ? originOfForm(file, ring) : undefined,
    paths: textsOf(value(':source-paths')) ?? ['src'],
    jar: jarOf({ name, version, jarName: value(':uberjar-name'), target: value(':target-path') }),
    minimum: minimum?.kind === 'text' ? { version: `>=${minimum.text}`, origin: originOfForm(file, minimum) } : undefined,
    isWhole:
      file.forms.length === 1 && version?.kind === 'text' && !hasCode(withoutUnread(project)) && !/\blein-parent\s|"file:/.test(file.text),
    secrets: secretsOf(file.text),
  }
}

function mainOf(file: ClojureFile, main: Form | undefined, aot: Form | undefined): LeinProject['main'] {
  if (main?.kind !== 'word' || ['nil', 'false'].includes(main.text)) return undefined
  const named = aot?.kind === 'vector' && aot.items.some(({ text }) => text === main.text)
  const isCompiled = !main.marks.includes('skip-aot') || aot?.text === ':all' || named
  return { name: main.text, isCompiled, origin: originOfForm(file, main) }
}

interface JarFacts {
  readonly name: string
  readonly version: Form | undefined
  readonly jarName: Form | undefined
  readonly target: Form | undefined
}

function jarOf({ name, version, jarName, target }: JarFacts): string | undefined {
  const directory = target === undefined ? 'target' : withoutTrailingSlashes(textOf(target)?.replaceAll('%s', 'uberjar') ?? '') || undefined
  const usual = name === '' || textOf(version) === undefined ? undefined : `${name}-${textOf(version) ?? ''}-standalone.jar`
  const file = jarName === undefined ? usual : textOf(jarName)
  const path = `${directory ?? ''}/${file ?? ''}`
  if (directory === undefined || file === undefined || /%|^\/|(?:^|\/)\.\.(?:\/|$)/.test(path)) return undefined
  return path
}

/** Functions and regular expressions under these keys have no say in what is fetched. */
function withoutUnread(project: Form): Form {
  const unread = [
    ':jvm-opts',
    ':uberjar-exclusions',
    ':jar-exclusions',
    ':repl-options',
    ':test-selectors',
    ':manifest',
    ':aliases',
    ':ring',
  ]
  const items = project.items.filter(
    (_, index) => ![project.items[index]?.text, project.items[index - 1]?.text].some((key) => key !== undefined && unread.includes(key)),
  )
  return { ...project, items }
}

/** `:env/my_token`, `:env` and `:gpg` of `:repositories`. */
function secretsOf(text: string): readonly string[] {
  const named = [...text.matchAll(/:env\/([\w-]+)/g)].map((found) => (found[1] ?? '').replaceAll('-', '_').toUpperCase())
  const usual = /:(?:username|password)\s+(?:\[[^[\]]*)?:env(?![\w/])/.test(text)
    ? ['LEIN_USERNAME', 'LEIN_PASSWORD', 'LEIN_PASSPHRASE']
    : []
  return [...new Set([...named, ...usual])].toSorted()
}
