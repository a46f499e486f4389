import { LineCounter, parseAllDocuments, type Document } from 'yaml'
import { hop3Error } from '@hop3/core'
import { checkDepth } from './check-depth.ts'
import { formatOrigin } from './text-position.ts'

/** Larger files are data; a parser of YAML takes its time for each of their lines. */
const mostLength = 64 * 1024
/** Lists and tables opened inside each other, which the parser calls itself for. */
const mostOpen = 100

/**
 * The value of the first document of a YAML text: tables, lists, texts, true, false and null. Numbers stay texts, so that 3.10 is not 3.1,
 * and so does what has a tag, because tags name code (`!!python/name:`). Throws `config.syntax` with path:line:column.
 */
export function parseYaml(text: string, path: string): unknown {
  if (text.length > mostLength) throw tooMuch(path, `it has ${Math.round(text.length / 1024)} KiB, and configuration has 64 at most`)
  if (isTooDeep(text)) throw tooMuch(path, 'it is nested more than 100 levels deep')
  const lineCounter = new LineCounter()
  const document = firstDocument(text, path, lineCounter)
  const [fault] = document?.errors ?? []
  if (fault !== undefined) {
    const position = lineCounter.linePos(fault.pos[0])
    const origin = formatOrigin(path, { line: position.line, column: position.col })
    throw hop3Error('config.syntax', `${origin}: this is not YAML: ${fault.message.split('\n', 1)[0] ?? ''}.`, {
      hint: 'Check the indentation, which wants spaces, and put what holds `: `, `#`, `{` or `[` in quotes.',
      cause: fault,
      details: { origin },
    })
  }
  const value = document === undefined ? undefined : plainValue(document, path)
  checkDepth(value, path)
  return value ?? undefined
}

/** In one go: brackets that are opened and none closed between, or `- ` behind `- `. */
function isTooDeep(text: string): boolean {
  let [open, items, next] = [0, 0, 0]
  for (const { 0: mark, index } of text.matchAll(/[[{]|[\]}]|[-?] /g)) {
    if (mark.length === 1) open = '[{'.includes(mark) ? open + 1 : 0
    else {
      items = index === next ? items + 1 : 1
      next = index + mark.length
    }
    if (open > mostOpen || items > mostOpen) return true
  }
  return false
}

function firstDocument(text: string, path: string, lineCounter: LineCounter): Document | undefined {
  const { stackTraceLimit } = Error
  try {
    // The parser makes an error for each fault it sees, and goes on: with their stack traces, 64 KiB of faults take a second.
    Error.stackTraceLimit = 0
    const documents = parseAllDocuments(text, {
      schema: 'failsafe',
      customTags: ['bool', 'null'],
      uniqueKeys: false,
      merge: true,
      lineCounter,
      logLevel: 'silent',
      prettyErrors: false,
    })
    return Array.isArray(documents) ? documents[0] : undefined
  } catch (cause) {
    throw tooMuch(path, 'it is nested too deep', cause)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function plainValue(document: Document, path: string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return value
  } catch (cause) {
    throw tooMuch(path, 'its aliases stand for too much, or for nothing', cause)
  }
}

function tooMuch(path: string, saw: string, cause?: unknown): Error {
  return hop3Error('config.syntax', `${path}: this cannot be read as YAML: ${saw}.`, {
    hint: 'Check that this is the file that was meant.',
    cause,
    details: { path },
  })
}
