/**
 * Reads the YAML people configure their tools with, as far as planning needs it: mappings, lists, plain and quoted texts, one after another
 * and without ever failing. What else there is (tags, aliases, block texts, several documents) is not there, like any value of another type
 * than expected: tags name code (`!!python/name:`), and nothing here is to run or to fetch any. Numbers stay texts, so that 3.10 is no 3.1.
 */

interface Line {
  readonly indent: number
  readonly text: string
}

interface Cursor {
  readonly lines: Line[]
  at: number
}

/** Nested plain objects, lists, texts and booleans, for `valueAt` and its kind. Undefined where the text is neither a mapping nor a list. */
export function parseYaml(text: string): unknown {
  const cursor: Cursor = { lines: linesOf(text), at: 0 }
  const first = cursor.lines[0]
  return first === undefined ? undefined : readBlock(cursor, first.indent, 0)
}

/** Deeper than any configuration file; where it ends, so does the reading. */
const deepest = 30

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (/^(?:---|\.\.\.)\s*$/.test(raw)) {
      if (lines.length > 0) break
      continue
    }
    const content = raw.trimStart()
    if (content === '' || content.startsWith('#') || raw.startsWith('%')) continue
    lines.push({ indent: raw.length - content.length, text: content.trimEnd() })
  }
  return lines
}

function readBlock(cursor: Cursor, indent: number, depth: number): unknown {
  const line = cursor.lines[cursor.at]
  if (line === undefined || depth > deepest) return skip(cursor, indent)
  return isItem(line) ? readList(cursor, indent, depth) : readMapping(cursor, indent, depth)
}

function isItem({ text }: Line): boolean {
  return text === '-' || text.startsWith('- ')
}

function readList(cursor: Cursor, indent: number, depth: number): unknown {
  const list: unknown[] = []
  for (let line = cursor.lines[cursor.at]; line !== undefined && line.indent === indent && isItem(line); line = cursor.lines[cursor.at]) {
    const rest = line.text.slice(1).trimStart()
    const inner = indent + line.text.length - rest.length
    if (keyOf(rest) !== undefined || rest.startsWith('- ')) {
      // `- name: x` opens a mapping whose other keys stand below `name`.
      cursor.lines[cursor.at] = { indent: inner, text: rest }
      list.push(readBlock(cursor, inner, depth + 1))
    } else {
      cursor.at++
      list.push(readValue(cursor, rest, indent, depth))
    }
  }
  return list.filter((one) => one !== undefined)
}

function readMapping(cursor: Cursor, indent: number, depth: number): unknown {
  const pairs: [string, unknown][] = []
  for (let line = cursor.lines[cursor.at]; line !== undefined && line.indent >= indent; line = cursor.lines[cursor.at]) {
    const found = line.indent === indent ? keyOf(line.text) : undefined
    if (found === undefined && line.indent === indent && isItem(line)) break
    cursor.at++
    if (found === undefined) continue
    const value = readValue(cursor, found.rest, indent, depth)
    if (value !== undefined) pairs.push([found.key, value])
  }
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
}

const key = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#&*!|>%@`"'[\]{},-][^#]*?|-[^\s#][^#]*?))\s*:(?:\s+(.*))?$/

function keyOf(text: string): { readonly key: string; readonly rest: string } | undefined {
  const [, double, single, plain, rest = ''] = key.exec(text) ?? []
  const name = double ?? single?.replaceAll("''", "'") ?? plain
  return name === undefined ? undefined : { key: name, rest }
}

/** What follows `key:` or `-`, with the lines below that belong to it. */
function readValue(cursor: Cursor, rest: string, indent: number, depth: number): unknown {
  const text = withoutComment(rest.replace(/^&\S+\s*/, ''))
  if (text === '') return readBelow(cursor, indent, depth)
  const below = takeBelow(cursor, indent)
  if (/^[!*|>]/.test(text)) return undefined
  const whole = [text, ...below.map((line) => withoutComment(line.text))].join(' ')
  return /^[[{]/.test(whole) ? readFlow(whole) : readText(whole)
}

/** A list may stand right below its key, without being indented. */
function readBelow(cursor: Cursor, indent: number, depth: number): unknown {
  const next = cursor.lines[cursor.at]
  if (next === undefined || next.indent < indent || (next.indent === indent && !isItem(next))) return undefined
  return readBlock(cursor, next.indent, depth + 1)
}

function takeBelow(cursor: Cursor, indent: number): readonly Line[] {
  const from = cursor.at
  skip(cursor, indent + 1)
  return cursor.lines.slice(from, cursor.at)
}

function skip(cursor: Cursor, indent: number): undefined {
  while ((cursor.lines[cursor.at]?.indent ?? -1) >= indent) cursor.at++
}

/** A `#` behind a space, and outside quotes at the beginning. */
function withoutComment(text: string): string {
  const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(text)?.[0]
  return quoted ?? text.replace(/(?:^|\s+)#.*$/, '').trim()
}

function readText(text: string): unknown {
  if (text.startsWith('"') && text.endsWith('"')) return text.slice(1, -1).replace(/\\(["\\/])/g, '$1')
  if (text.startsWith("'") && text.endsWith("'")) return text.slice(1, -1).replaceAll("''", "'")
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return /^(?:null|~|[!*].*)$/i.test(text) ? undefined : text
}

/** `[a, "b"]` and `{ a: b }`, nested. */
function readFlow(text: string): unknown {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[[\]{},]|[^[\]{},\s"'][^[\]{},]*|["']/g) ?? []
  let at = 0
  const value = (depth: number): unknown => {
    const token = tokens[at++]?.trim()
    if (token === undefined || depth > deepest) return undefined
    if (token !== '[' && token !== '{') return readText(token)
    const [values, pairs]: [unknown[], [string, unknown][]] = [[], []]
    const end = token === '[' ? ']' : '}'
    while (at < tokens.length && tokens[at]?.trim() !== end) {
      const part = tokens[at]?.trim() ?? ''
      if (part === ',' || part === '') at++
      else if (end === ']') values.push(value(depth + 1))
      else {
        at++
        const [, name = String(readText(part)), inline = ''] = /^([^"'].*?)\s*:\s*(.*)$/.exec(part) ?? []
        const next = tokens[at]?.trim() ?? ''
        if (next.startsWith(':')) tokens[at] = next.slice(1)
        pairs.push([name, inline === '' ? value(depth + 1) : readText(inline)])
      }
    }
    at++
    return end === ']' ? values.filter((one) => one !== undefined) : Object.fromEntries(pairs.filter(([, one]) => one !== undefined))
  }
  return value(0)
}
