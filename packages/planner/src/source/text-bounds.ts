import { hop3Error, visible } from '@hop3/core'

/**
 * What planning reads is at most this long, so that no file takes its time: what people write is far below it (the longest manifest known
 * is a bill of materials of 457 KB and 12 000 lines, the longest of an app has 60 KB), what machines write is not.
 */
const written: Bounds = { bytes: 1024 * 1024, lines: 20_000 }
const generated: Bounds = { bytes: 4 * 1024 * 1024, lines: Infinity }

/** JSON and lock files; Bundler's is read line by line, and a large app's has 3000 of them. */
const isGenerated = /\.(?:jsonc?|lockfile|sum)$|(?<!Gemfile)\.lock$|(?:^|\/)pnpm-lock\.yaml$/

interface Bounds {
  readonly bytes: number
  readonly lines: number
}

/** The text, unless it is too long for a file of that name: throws `config.too-large`. */
export function withinBounds(text: string, path: string): string {
  const { bytes, lines } = isGenerated.test(path) ? generated : written
  if (text.length > bytes) throw tooLarge(path, `it is larger than ${bytes / 1024 / 1024} MiB`)
  if (text.length > lines && hasMoreLines(text, lines)) throw tooLarge(path, `it has more than ${lines} lines`)
  return text
}

export function tooLarge(path: string, saw: string): Error {
  return hop3Error('config.too-large', `Cannot read ${visible(path)}: ${saw}.`, {
    hint: 'Check that this is the file that was meant; a file that planning reads is a few kilobytes.',
    details: { path: visible(path) },
  })
}

/** Each of `\n`, `\r` and `\r\n` ends one. */
function hasMoreLines(text: string, most: number): boolean {
  let lines = 0
  for (let at = 0; at < text.length && lines <= most; at++) {
    const code = text.charCodeAt(at)
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) lines++
  }
  return lines > most
}
