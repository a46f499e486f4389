/** Reads the elements of an XML file: enough for pom.xml and MSBuild's projects, where namespaces and entities of one's own mean nothing. */

import { own } from '@hop3/core'

export interface Element {
  readonly name: string
  /** The text directly inside it, trimmed. */
  readonly text: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
/** A comment, an instruction or a declaration; verbatim text; a tag; text. Each alternative begins differently, so that none is tried twice. */
const part =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<!(?!--|\[CDATA\[)[^>]*>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy

/** The error of a language for a file that is no XML: what was seen, `pom.xml:3 is no XML.`, and where. */
export type XmlError = (message: string, details: { readonly file: string; readonly line: number }) => Error

/** The root element. Throws `errorOf`'s with the file and line where it is no XML. */
export function readXml(file: string, source: string, errorOf: XmlError): Element {
  const text = source.replace(/^\uFEFF/, '')
  const document = open('', '')
  const path = [document]
  part.lastIndex = 0
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at
    const found = part.exec(text)
    if (found === null) throw errorOf(...fault(file, text, at, 'is no XML'))
    const [, verbatim, closing, name, attributes = '', selfClosing, plain] = found
    const current = path.at(-1) ?? document
    if (verbatim !== undefined || plain !== undefined) current.texts.push(verbatim ?? decode(plain ?? ''))
    else if (name === undefined) continue
    else if (closing === '/') {
      if (path.length < 2 || current.name !== name) throw errorOf(...fault(file, text, at, `has </${name}>, which closes nothing`))
      path.pop()
    } else {
      const element = open(name, attributes)
      current.children.push(element)
      if (selfClosing !== '/') path.push(element)
      if (path.length > deepest) throw errorOf(...fault(file, text, at, `is nested more than ${deepest} levels deep`))
    }
  }
  const [root] = document.children
  if (root === undefined || path.length > 1) throw errorOf(...fault(file, text, text.length, 'ends before its elements do'))
  return close(root)
}

/** Nothing a build tool writes goes nearly as deep. */
const deepest = 100

interface OpenElement {
  readonly name: string
  readonly attributes: string
  readonly texts: string[]
  readonly children: OpenElement[]
}

function open(name: string, attributes: string): OpenElement {
  return { name, attributes, texts: [], children: [] }
}

function close({ name, attributes, texts, children }: OpenElement): Element {
  return { name, text: texts.join('').trim(), attributes: attributesOf(attributes), children: children.map(close) }
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
  return Object.fromEntries(found.map(([, name = '', double, single = '']) => [name, decode(double ?? single)]))
}

function decode(text: string): string {
  return text.includes('&') ? text.replace(/&(\w+);/g, (whole, name: string) => own(entities, name) ?? whole) : text
}

function fault(file: string, text: string, at: number, what: string): Parameters<XmlError> {
  const line = text.slice(0, at).split('\n').length
  return [`${file}:${line} ${what}.`, { file, line }]
}

/** The children called `name` at the end of the path. */
export function elementsAt(element: Element, ...path: readonly string[]): readonly Element[] {
  return path.reduce<readonly Element[]>(
    (level, name) => level.flatMap(({ children }) => children.filter((one) => one.name === name)),
    [element],
  )
}

/** The text of the first of them; undefined for none and for an empty one. */
export function xmlText(element: Element, ...path: readonly string[]): string | undefined {
  return elementsAt(element, ...path)[0]?.text || undefined
}
