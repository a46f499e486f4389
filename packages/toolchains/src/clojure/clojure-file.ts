/** A file of Clojure data, with the way to values in it. */
import type { SourceView } from '@hop3/core'
import { lineAt, readForms } from './forms.ts'
import type { Form } from './forms.ts'

export interface ClojureFile {
  readonly name: string
  readonly text: string
  readonly forms: readonly Form[]
}

/** Undefined where there is none. Throws `config.clojure.syntax`. */
export async function readClojureFile(source: SourceView, name: string): Promise<ClojureFile | undefined> {
  const text = await source.readText(name)
  return text === undefined ? undefined : { name, text, forms: readForms(name, text) }
}

/** The file and line of a form: `project.clj:5`. */
export function originOfForm({ name, text }: ClojureFile, form: Form): string {
  return `${name}:${lineAt(text, form.at)}`
}

/** What stands after `key` (`:main`) in a map, or in the pairs of a `defproject`. */
export function memberOf(form: Form | undefined, ...keys: readonly string[]): Form | undefined {
  return keys.reduce<Form | undefined>((inside, key) => pairsOf(inside).find(([name]) => name.text === key)?.[1], form)
}

/** Keys and values, in their order; none of what is no map. */
export function pairsOf(form: Form | undefined): readonly (readonly [key: Form, value: Form])[] {
  if (form?.kind !== 'map') return []
  return form.items.flatMap((key, index) => {
    const value = form.items[index + 1]
    return index % 2 === 0 && value !== undefined ? [[key, value] as const] : []
  })
}

/** The content of a text; undefined for everything else. */
export function textOf(form: Form | undefined): string | undefined {
  return form?.kind === 'text' ? form.text : undefined
}

/** The texts of a vector; undefined for none. */
export function textsOf(form: Form | undefined): readonly string[] | undefined {
  return form?.kind === 'vector' ? form.items.flatMap((one) => textOf(one) ?? []) : undefined
}

/** True when the form or one inside it is known only once it is run. */
export function hasCode(form: Form): boolean {
  return form.kind === 'code' || form.items.some(hasCode)
}
