/**
 * Clojure's notation, as it is written: nothing is evaluated. project.clj is code rather than EDN (metadata, regular expressions, unquoted
 * expressions), so EDN parsers read wrong pairs of it, and none of them says where a value stands.
 */
import { hop3Error, visible } from '@hop3/core'

export interface Form {
  /** `code`: its value is known only once it is run, like `#=(slurp "VERSION")`. */
  readonly kind: 'text' | 'word' | 'list' | 'vector' | 'map' | 'set' | 'code'
  /** The content of a text, a word as written (`:main`, `shop.core`); empty otherwise. */
  readonly text: string
  readonly items: readonly Form[]
  /** Names of its metadata: `skip-aot` of `^:skip-aot`. */
  readonly marks: readonly string[]
  /** Offset of its first character. */
  readonly at: number
}

/** All that stands in the file, without comments and what `#_` takes out. Throws `config.clojure.syntax` with the file and line. */
export function readForms(file: string, text: string): readonly Form[] {
  const whole = open('vector', '', 0)
  const path = [whole]
  let tokens = 0
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at = token.lastIndex) {
    if (++tokens > tokensAtMost) throw broken(file, text, at, `has more than ${tokensAtMost} words`)
    token.lastIndex = at
    const found = token.exec(text)
    const inside = path.at(-1) ?? whole
    if (found === null) throw broken(file, text, at, `has a ${visible(text.slice(at, at + 10))} that does not end`)
    const [, string, opening, closing, prefix, word] = found
    if (string !== undefined) add(inside, { kind: 'text', text: unescaped(string), items: [], marks: [], at })
    else if (word !== undefined) add(inside, { kind: 'word', text: word, items: [], marks: [], at })
    else if (prefix !== undefined) inside.prefixes.push({ kind: prefixKinds[prefix] ?? 'code', marks: [] })
    else if (opening !== undefined) {
      const [kind, end] = brackets[opening] ?? ['code', opening.endsWith('{') ? '}' : ')']
      if (path.length > deepest) throw broken(file, text, at, `is deeper than ${deepest} levels`)
      path.push(open(kind, end, at))
    } else if (closing !== undefined) {
      if (path.length < 2 || inside.end !== closing) throw broken(file, text, at, `has a ${closing} that closes nothing`)
      path.pop()
      add(path.at(-1) ?? whole, { kind: inside.kind, text: '', items: inside.items, marks: [], at: inside.at })
    } else if (/^(?:#"|\\)/.test(found[0])) add(inside, { kind: 'code', text: '', items: [], marks: [], at })
  }
  const last = path.at(-1) ?? whole
  if (path.length > 1) throw broken(file, text, last.at, `has a ${text[last.at] ?? ''} that nothing closes`)
  return whole.items
}

/** The line on which an offset lies. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

const deepest = 100
/** Twenty times what the largest project.clj of an app has, blanks included. */
const tokensAtMost = 50_000

/** Blanks and comments; a regular expression or a character; a text; an opening; a closing; what stands before a form; a word. */
const token =
  /[\s,]+|;[^\n]*|#![^\n]*|#"[^"\\]*(?:\\[^][^"\\]*)*"|\\(?:[A-Za-z][\w-]*|[^])|"([^"\\]*(?:\\[^][^"\\]*)*)"|([([{]|#\{|#=?\(|#\?@?\(|#::?[^\s,"()[\]{};]*\{)|([)\]}])|(#_|#\^|#'|#=|#\?@?|~@|[`'~@^]|#[A-Za-z][\w./-]*)|(##\w+|[^\s,"()[\]{};`'~@^\\#][^\s,"()[\]{};`~@^\\]*)/gy

const brackets: Readonly<Record<string, readonly [kind: Form['kind'], end: string]>> = {
  '(': ['list', ')'],
  '[': ['vector', ']'],
  '{': ['map', '}'],
  '#{': ['set', '}'],
}

const prefixKinds: Readonly<Record<string, Prefix['kind']>> = { '#_': 'out', '^': 'meta', '#^': 'meta' }

interface Prefix {
  readonly kind: 'code' | 'out' | 'meta' | 'marks'
  readonly marks: readonly string[]
}

interface OpenForm {
  readonly kind: Form['kind']
  readonly end: string
  readonly at: number
  readonly items: Form[]
  /** What waits for the form it stands before. */
  readonly prefixes: Prefix[]
}

function open(kind: Form['kind'], end: string, at: number): OpenForm {
  return { kind, end, at, items: [], prefixes: [] }
}

function add({ items, prefixes }: OpenForm, form: Form): void {
  let made = form
  for (let prefix = prefixes.pop(); prefix !== undefined; prefix = prefixes.pop()) {
    if (prefix.kind === 'out') return
    if (prefix.kind === 'meta') {
      prefixes.push({ kind: 'marks', marks: marksOf(made) })
      return
    }
    made = prefix.kind === 'code' ? { ...made, kind: 'code' } : { ...made, marks: [...made.marks, ...prefix.marks] }
  }
  items.push(made)
}

/** `^:skip-aot` and `^{:skip-aot true}`. */
function marksOf({ kind, text, items }: Form): readonly string[] {
  const words = kind === 'map' ? items.filter((_, index) => index % 2 === 0 && items[index + 1]?.text !== 'false') : []
  return [text, ...words.map((one) => one.text)].filter((one) => one.startsWith(':')).map((one) => one.slice(1))
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([^])/g, (_, one: string) => escapes[one] ?? one) : text
}

function broken(file: string, text: string, at: number, what: string): Error {
  const line = lineAt(text, at)
  return hop3Error('config.clojure.syntax', `${file}:${line} ${what}.`, {
    hint: `Correct ${file}: every bracket and quote needs its other half.`,
    details: { file, line },
  })
}
