import { hop3Error } from '@hop3/core'
import { checkDepth } from './check-depth.ts'
import { jsonPositions } from './json-positions.ts'
import { allowsComments, plainJson } from './plain-json.ts'
import { formatOrigin, positionAt } from './text-position.ts'

/** JSON.parse, but the error is `config.syntax` and names path:line:column. Comments may stand where the file's own program reads them. */
export function parseJson(text: string, path: string): unknown {
  const plain = allowsComments(path) ? plainJson(text) : text
  const value = parsed(plain, path)
  checkDepth(value, path)
  return value
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw syntaxError(text, path, cause)
  }
}

function syntaxError(text: string, path: string, cause: unknown): Error {
  const { fault } = jsonPositions(text)
  const origin = formatOrigin(path, fault === undefined ? undefined : positionAt(text, fault))
  return hop3Error('config.syntax', `${origin}: this is not JSON: ${saw(text, fault)}.`, {
    hint: allowsComments(path)
      ? 'It wants double quotes and a comma between members; comments and a comma after the last are fine.'
      : 'JSON wants double quotes, a comma between members and none after the last, and has no comments.',
    cause,
    details: { origin },
  })
}

function saw(text: string, fault: number | undefined): string {
  if (fault === undefined) return 'it cannot be read'
  if (text.trim() === '') return 'the file is empty'
  if (fault >= text.length) return 'it ends too early'
  const line = text.slice(fault).split('\n', 1)[0] ?? ''
  return `unexpected ${JSON.stringify(line.trim().slice(0, 20))}`
}
