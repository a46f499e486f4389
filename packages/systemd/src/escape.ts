/**
 * What a user wrote, as systemd reads it. A unit has four grammars: words of a command (quotes, C escapes, `%` specifiers, `$` variables), words
 * of a list of assignments (the same without `$`), paths (specifiers only) and the files of variables (quotes as a shell has them).
 */
import { hop3Error, visible } from '@hop3/core'

/** Linux: MAX_ARG_STRLEN, 32 pages, the closing NUL included. */
const longestString = 128 * 1024 - 1

/** One word of `ExecStart=` and its like, byte for byte. */
export function execWord(word: string, what: string): string {
  return `"${quoted(checkText(word, what)).replaceAll('$', '$$$$')}"`
}

/** One word of `Environment=`. */
export function assignment(name: string, value: string): string {
  return `"${quoted(`${checkName(name)}=${checkText(value, `the variable ${name}`)}`)}"`
}

/** The value of `WorkingDirectory=` and its like, which have no quotes. Throws `deploy.systemd.path`. */
export function rawPath(path: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!path.startsWith('/') || /[\u0000-\u001f\u007f"'\\]|\s$/.test(path) || !path.isWellFormed() || path.length > 4000)
    throw hop3Error('deploy.systemd.path', `systemd cannot be given the path ${visible(path)}.`, {
      hint: 'Use a path without quotes, backslashes, control characters and a blank at its end: set HOP3_HOME to another directory.',
    })
  return path.replaceAll('%', '%%')
}

/** A file of `EnvironmentFile=`, which takes a pattern: the backslash that has no meaning in a path has one there. */
export function filePath(path: string): string {
  return rawPath(path).replace(/[*?[]/g, '\\$&')
}

/** One of the paths of `ReadWritePaths=` and its like. */
export function listedPath(path: string): string {
  const raw = rawPath(path)
  return raw.includes(' ') ? `"${raw}"` : raw
}

/** A line of a file for `EnvironmentFile=`, without its end. */
export function fileAssignment(name: string, value: string): string {
  return `${checkName(name)}="${checkText(value, `the variable ${name}`).replace(/["\\$`]/g, '\\$&')}"`
}

function quoted(text: string): string {
  const known: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }
  return (
    text
      .replace(/["\\]/g, '\\$&')
      // eslint-disable-next-line no-control-regex -- control characters are what is escaped
      .replace(/[\u0001-\u001f\u007f]/g, (one) => known[one] ?? `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`)
      .replaceAll('%', '%%')
  )
}

function checkName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) return name
  throw hop3Error('deploy.systemd.value', `systemd cannot be given the variable ${visible(name)}.`, {
    hint: 'A name has letters, digits and underscores and does not start with a digit.',
  })
}

/** Throws `deploy.systemd.value`. Values are never shown. */
function checkText(text: string, what: string): string {
  const fault = faultOf(text)
  if (fault === undefined) return text
  throw hop3Error('deploy.systemd.value', `systemd cannot be given ${what}: ${fault}.`, {
    hint: 'Put long or binary content into a file, and its path into the command or the variable.',
  })
}

function faultOf(text: string): string | undefined {
  if (text.includes('\0')) return 'it holds a NUL character'
  if (!text.isWellFormed()) return 'it holds half of a surrogate pair, which is no character'
  return Buffer.byteLength(text) > longestString - 300 ? `it is longer than the ${longestString} bytes a process can be given` : undefined
}
