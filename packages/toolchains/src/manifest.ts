/**
 * What a manifest has to look like where it matters. `value-at.ts` takes what is of another type for absent, and a plan made without it
 * would be another app's: here it is told apart.
 */
import { hop3Error, visible } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { escaped, jsonKey } from './origin.ts'
import { valueAt } from './value-at.ts'

export interface Manifest {
  /** `package.json`, relative to the source. */
  readonly file: string
  readonly text: string | undefined
  readonly data: unknown
}

type Kind = 'string' | 'table' | 'strings' | 'list'

export interface Expected {
  /** The keys down to it. */
  readonly at: readonly string[]
  readonly is: Kind | readonly Kind[]
  /** What a right one looks like: `"engines": { "node": "22" }`. */
  readonly write: string
}

/** Throws `config.invalid` at file:line:column for the first that is there and is something else. `null` is nobody's value. */
export function checkManifest(manifest: Manifest, expected: readonly Expected[]): void {
  for (const { at, is, write } of expected) {
    const value = valueAt(manifest.data, ...at)
    const kinds = typeof is === 'string' ? [is] : is
    if (value === undefined || value === null || kinds.some((kind) => isKind(value, kind))) continue
    const origin = placeOf(manifest, at)
    const key = at.join('.')
    const wanted = kinds.map((kind) => nameOf(kind, manifest.file)).join(' or ')
    throw hop3Error('config.invalid', `${origin}: ${key} must be ${wanted}; it is ${kindOf(value)}.`, {
      hint: `Write for example ${write} in ${manifest.file}.`,
      details: { origin, key },
    })
  }
}

/** What `hop3Error` is told, after its code, of a manifest that holds no object at all. `command` makes one. */
export function notAnObject(manifest: Manifest, command: string): readonly [message: string, facts: ErrorFacts] {
  const origin = placeOf(manifest, [])
  const message = `${origin}: ${manifest.file} must hold an object; it holds ${kindOf(manifest.data)}.`
  return [message, { hint: `Run \`${command}\` in an empty directory to see one.`, details: { origin } }]
}

interface ErrorFacts {
  readonly hint: string
  readonly details: { readonly origin: string }
}

function isKind(value: unknown, kind: Kind): boolean {
  if (kind === 'string') return typeof value === 'string'
  if (kind === 'table') return isObject(value)
  return Array.isArray(value) && (kind === 'list' || value.every((one) => typeof one === 'string'))
}

function nameOf(kind: Kind, file: string): string {
  if (kind === 'table') return file.endsWith('.toml') || file === 'Pipfile' ? 'a table' : /\.ya?ml$/.test(file) ? 'a mapping' : 'an object'
  return { string: 'a string', strings: 'a list of strings', list: 'a list' }[kind]
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return visible(value)
  if (value === null) return 'null'
  if (Array.isArray(value)) {
    const other: unknown = value.find((one) => typeof one !== 'string')
    return other === undefined ? 'a list' : `a list with ${Array.isArray(other) ? 'a list' : kindOf(other)} in it`
  }
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value)}`
}

/** `package.json:4:5`: where the last of `keys` is written, each searched for behind the one before it; the first value for none. */
export function placeOf({ file, text = '' }: Manifest, keys: readonly string[]): string {
  const at = /\.jsonc?$/.test(file) ? inJson(text, keys) : inLines(text, keys)
  const before = text.slice(0, at)
  return `${file}:${before.split('\n').length}:${at - before.lastIndexOf('\n')}`
}

function inJson(text: string, keys: readonly string[]): number {
  let at = Math.max(0, text.search(/\S/))
  for (const key of keys) at = next(text, new RegExp(jsonKey(key), 'g'), at) ?? at
  return at
}

/** TOML and YAML: the key's own header, else its line below that of the tables it is in. */
function inLines(text: string, keys: readonly string[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const header = next(
      text,
      new RegExp(`^[ \\t]*\\[+[ \\t]*${keys.slice(0, depth).map(quotable).join('[ \\t]*\\.[ \\t]*')}[ \\t]*\\]`, 'gm'),
      0,
    )
    if (header === undefined) continue
    return below(text, keys.slice(depth), header)
  }
  return below(text, keys, 0)
}

/** `a.b = 1`, or `a = { b = 1 }`. */
function below(text: string, keys: readonly string[], from: number): number {
  return (keys.length > 1 ? lineOf(text, keys, from) : undefined) ?? keys.reduce((at, key) => lineOf(text, [key], at) ?? at, from)
}

function lineOf(text: string, keys: readonly string[], from: number): number | undefined {
  const pattern = new RegExp(`^([ \\t]*)${keys.map(quotable).join('[ \\t]*\\.[ \\t]*')}[ \\t]*[=:]`, 'gm')
  pattern.lastIndex = text.lastIndexOf('\n', from - 1) + 1
  const found = pattern.exec(text)
  return found === null ? undefined : found.index + (found[1]?.length ?? 0)
}

function next(text: string, pattern: RegExp, from: number): number | undefined {
  pattern.lastIndex = from
  return pattern.exec(text)?.index
}

function quotable(key: string): string {
  return `["']?${escaped(key)}["']?`
}
