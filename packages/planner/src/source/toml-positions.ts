/**
 * Where things are in a TOML text: smol-toml gives values without positions. The text has been parsed before, so this scanner only has to
 * find its way, not to judge; on a text that is not TOML it stops early and never throws.
 */

/** A key, table or array element: the offset of its name (or of the element), and what is in it. */
export interface TomlNode {
  readonly offset: number
  /** By key; by index (`"0"`) in an array. */
  readonly children: ReadonlyMap<string, TomlNode>
}

interface Node {
  readonly offset: number
  readonly children: Map<string, Node>
  readonly isTableArray: boolean
}

interface KeyPart {
  readonly name: string
  readonly offset: number
}

/** The tree of all keys: tables, dotted keys, inline tables, arrays and arrays of tables. */
export function tomlPositions(text: string): TomlNode {
  const root = newNode(0)
  const scan: Scan = { text, at: 0, depth: 0 }
  let table = root
  for (skipBlank(scan); scan.at < text.length; skipBlank(scan)) {
    const before = scan.at
    if (text[scan.at] === '[') table = scanHeader(scan, root)
    else scanPair(scan, table)
    if (scan.at === before) break
  }
  return root
}

interface Scan {
  readonly text: string
  at: number
  depth: number
}

// Written so that no pattern keeps a state per character: a value may be megabytes long.
const blank = /[ \t\r\n]+/y
const comment = /#[^\n]*/y
const gap = /[ \t]*/y
const bareKey = /[^\s.=[\]{},"'#]+/y
const basic = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"/y
const literal = /'[^'\n]*'/y
const scalar = /[^,\]}#\n]+/y
/** smol-toml refuses deeper values; this keeps the scanner's own stack as shallow. */
const deepest = 1000

/** `[a.b]` or `[[a.b]]`: the table the following pairs belong to. */
function scanHeader(scan: Scan, root: Node): Node {
  const isArray = scan.text.startsWith('[[', scan.at)
  scan.at += isArray ? 2 : 1
  const parts = scanKey(scan)
  skip(scan, gap)
  scan.at += isArray ? 2 : 1
  const last = parts.pop()
  if (last === undefined) return root
  const parent = parts.reduce((node, part) => latest(childOf(node, part)), root)
  if (!isArray) return childOf(parent, last)
  const list = childOf(parent, last, true)
  return childOf(list, { name: String(list.children.size), offset: last.offset })
}

/** Inside an array of tables, a further header means the last of its elements. */
function latest(node: Node): Node {
  return (node.isTableArray ? node.children.get(String(node.children.size - 1)) : undefined) ?? node
}

function scanPair(scan: Scan, table: Node): void {
  const parts = scanKey(scan)
  const node = parts.reduce((parent, part) => childOf(parent, part), table)
  skip(scan, gap)
  if (parts.length === 0 || scan.text[scan.at] !== '=') return
  scan.at++
  scanValue(scan, node)
}

function scanKey(scan: Scan): KeyPart[] {
  const parts: KeyPart[] = []
  for (;;) {
    skip(scan, gap)
    const offset = scan.at
    const name = scanKeyPart(scan)
    if (name === undefined) return parts
    parts.push({ name, offset })
    skip(scan, gap)
    if (scan.text[scan.at] !== '.') return parts
    scan.at++
  }
}

function scanKeyPart(scan: Scan): string | undefined {
  const start = scan.at
  if (skip(scan, bareKey)) return scan.text.slice(start, scan.at)
  if (skip(scan, literal)) return scan.text.slice(start + 1, scan.at - 1)
  if (skip(scan, basic)) return unescape(scan.text.slice(start + 1, scan.at - 1))
  return undefined
}

function unescape(text: string): string {
  const short: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001b' }
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/g, (_, four, eight, two, one) => {
    const digits: unknown = four ?? eight ?? two
    if (typeof digits === 'string') return String.fromCodePoint(Math.min(Number.parseInt(digits, 16), 0x10ffff))
    return short[String(one)] ?? String(one)
  })
}

function scanValue(scan: Scan, node: Node): void {
  skip(scan, gap)
  if (scan.depth > deepest) return
  scan.depth++
  if (scan.text[scan.at] === '[') scanArray(scan, node)
  else if (scan.text[scan.at] === '{') scanInlineTable(scan, node)
  else if (scan.text.startsWith('"""', scan.at)) scanMultiline(scan, '"')
  else if (scan.text.startsWith("'''", scan.at)) scanMultiline(scan, "'")
  else if (![basic, literal].some((pattern) => skip(scan, pattern))) skip(scan, scalar)
  scan.depth--
}

/** To behind the closing quotes; up to two more of them belong to the text. */
function scanMultiline(scan: Scan, quote: '"' | "'"): void {
  const closing = quote.repeat(3)
  const isEnd = (offset: number): boolean => offset === -1 || quote === "'" || !isEscaped(scan.text, offset)
  let end = scan.text.indexOf(closing, scan.at + 3)
  while (!isEnd(end)) end = scan.text.indexOf(closing, end + 1)
  if (end === -1) {
    scan.at = scan.text.length
    return
  }
  scan.at = end + 3
  for (let extra = 0; extra < 2 && scan.text[scan.at] === quote; extra++) scan.at++
}

function isEscaped(text: string, offset: number): boolean {
  let backslashes = 0
  while (text[offset - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

function scanArray(scan: Scan, node: Node): void {
  scan.at++
  for (let index = 0; ; index++) {
    skipBlank(scan)
    if (scan.at >= scan.text.length || scan.text[scan.at] === ']') break
    const before = scan.at
    scanValue(scan, childOf(node, { name: String(index), offset: scan.at }))
    skipBlank(scan)
    if (scan.text[scan.at] === ',') scan.at++
    if (scan.at === before) return
  }
  scan.at++
}

function scanInlineTable(scan: Scan, node: Node): void {
  scan.at++
  for (;;) {
    skipBlank(scan)
    if (scan.at >= scan.text.length || scan.text[scan.at] === '}') break
    const before = scan.at
    scanPair(scan, node)
    skipBlank(scan)
    if (scan.text[scan.at] === ',') scan.at++
    if (scan.at === before) return
  }
  scan.at++
}

function newNode(offset: number, isTableArray = false): Node {
  return { offset, children: new Map(), isTableArray }
}

function childOf(node: Node, { name, offset }: KeyPart, isTableArray = false): Node {
  const known = node.children.get(name)
  if (known !== undefined) return known
  const child = newNode(offset, isTableArray)
  node.children.set(name, child)
  return child
}

function skipBlank(scan: Scan): void {
  while (skip(scan, blank) || skip(scan, comment)) continue
}

function skip(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at
  if (!pattern.test(scan.text) || pattern.lastIndex === scan.at) return false
  scan.at = pattern.lastIndex
  return true
}
