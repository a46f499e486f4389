/**
 * The lines of `hop3 env set --file`. Programs disagree about what such files mean, so that a value is taken as it stands or, where two
 * of them would read two values, refused with the line that says it plainly: `abc#def` is no comment, and nothing is expanded.
 */
import { hop3Error } from '@hop3/core'

/**
 * `NAME=value`, one a line (which may end in CR LF), the value byte for byte; between quotes it may have line breaks, blanks at its ends and ` #`. Blank lines,
 * lines that begin with `#` and `export ` before a name are passed over. Throws `usage.env-file` naming the line, and never showing a value.
 */
export function parseEnvFile(text: string, path: string): Readonly<Record<string, string>> {
  const values = new Map<string, string>()
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    if (/^\s*(?:#|$)/.test(line)) continue
    const at = `${path}:${index + 1}`
    const [, name, written = ''] = /^\s*(?:export\s+)?([^\s=]+)\s*=(.*)$/s.exec(line) ?? []
    if (name === undefined) throw problem(at, 'this is no NAME=value line', 'Write NAME=value, or # before what is none.')
    const quote = /^\s*(["'])/.exec(written)?.[1]
    if (quote === undefined) {
      values.set(name, plainValue(name, written.replace(/\r$/, ''), at))
      continue
    }
    let quoted = written.trimStart().slice(1)
    while (!quoted.includes(quote)) {
      index += 1
      if (index >= lines.length)
        throw problem(at, `the quote before the value of ${name} is not closed`, `Close it: ${name}=${quote}…${quote}`)
      quoted += `\n${lines[index]}`
    }
    values.set(name, quotedValue(name, quoted, quote, at))
  }
  return Object.fromEntries(values)
}

function plainValue(name: string, written: string, at: string): string {
  const instead = `Put all of the value in quotes: ${name}='…'`
  if (/\s#/.test(written)) throw problem(at, `the value of ${name} has a # after a blank, which many take for a comment`, instead)
  if (written !== written.trim()) throw problem(at, `there are blanks around the value of ${name}`, `${instead}, or remove them.`)
  return written
}

/** `quoted` begins behind the first quote and has another. */
function quotedValue(name: string, quoted: string, quote: string, at: string): string {
  const end = quoted.indexOf(quote)
  const value = quoted.slice(0, end)
  if (quote === '"' && value.includes('\\'))
    throw problem(
      at,
      `the value of ${name} has a backslash between double quotes, which not everybody reads alike`,
      `Use single quotes for a value that stays as it is: ${name}='…'. A line break is written as one.`,
    )
  if (/^\s*(?:#|$)/.test(quoted.slice(end + 1))) return value
  throw problem(at, `something follows the closing quote of ${name}`, 'Put all of the value between one pair of quotes.')
}

function problem(at: string, saw: string, hint: string): Error {
  return hop3Error('usage.env-file', `${at}: ${saw}.`, { hint, details: { origin: at } })
}
