import { parse, TomlError } from 'smol-toml'
import { hop3Error, visible } from '@hop3/core'
import { checkDepth } from './check-depth.ts'
import { formatOrigin } from './text-position.ts'

/** The table a TOML text describes. Throws `config.syntax` with path:line:column. */
export function parseToml(text: string, path: string): Record<string, unknown> {
  const table = parsed(text, path)
  checkDepth(table, path)
  return table
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (cause) {
    const position = cause instanceof TomlError ? { line: cause.line, column: cause.column } : undefined
    const origin = formatOrigin(path, position)
    const line = position === undefined ? '' : (text.split('\n')[position.line - 1] ?? '')
    const { saw, hint } = faultOf(cause, line.slice((position?.column ?? 1) - 1))
    throw hop3Error('config.syntax', `${origin}: this is not TOML: ${saw}${position ? `, at ${visible(line.trim())}` : ''}.`, {
      hint,
      cause,
      details: { origin },
    })
  }
}

interface Fault {
  readonly saw: string
  readonly hint: string
}

/** The parser's sentence, or one of ours where that would send its reader the wrong way. `rest` is what the line has from the fault on. */
function faultOf(cause: unknown, rest: string): Fault {
  const said = cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '').replace(/^Invalid TOML document: /, '') : ''
  // For the parser a string that its line does not end has a line break in it.
  const isOpen = said === 'unfinished string' || (said.startsWith('control characters') && /^\r?$/.test(rest))
  if (isOpen) return { saw: 'a string has no closing quote', hint: 'Close it with the quote it begins with: name = "value"' }
  const known = faults.find(([says]) => says.test(said))
  return { saw: said || 'it cannot be read', hint: known?.[1] ?? 'Strings need quotes, a table is `[name]`, and a key is `name = value`.' }
}

const faults: readonly (readonly [says: RegExp, hint: string])[] = [
  [/^control characters/, 'Write it as an escape in double quotes, for example \\n or \\u001b.'],
  [/^integer value cannot/, 'Put it in quotes if it is a text; whole numbers go up to 9007199254740991.'],
  [/leading zero|underscore/, 'Put it in quotes if it is a text; otherwise write the digits alone.'],
  [/escape sequence/, "Double every backslash, or put the text in single quotes, where it is an ordinary character: 'C:\\dir'"],
  [/redefine/, 'Remove one of the two: a table or key is given once.'],
  [/nested/, 'Check that this is the file that was meant, and not one made to be hard to read.'],
  [/invalid date/, 'Put it in quotes if it is a text.'],
]
