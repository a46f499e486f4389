/** A unit as data, and as the text systemd reads. */
import { hop3Error, visible } from '@hop3/core'

/** Key → value, or values of a key that stands several times. Values are as systemd reads them: `escape.ts` makes them of what a user wrote. */
export type Settings = Readonly<Record<string, string | readonly string[]>>

export interface Unit {
  /** With its suffix: `hop3-shop.web@1.service`. */
  readonly name: string
  /** Of a section, in order: `Unit`, `Service`, `Timer`, `Install`. */
  readonly sections: Readonly<Record<string, Settings>>
}

/** systemd reads no longer line. */
const longestLine = 1024 * 1024

/** Throws `deploy.systemd.value` for a line that is longer than systemd reads. */
export function unitText({ name, sections }: Unit): string {
  return Object.entries(sections)
    .map(([section, settings]) => `[${section}]\n${linesOf(name, settings)}`)
    .join('\n')
}

function linesOf(name: string, settings: Settings): string {
  return Object.entries(settings)
    .flatMap(([key, value]) => (typeof value === 'string' ? [value] : value).map((one) => `${lineOf(name, key, one)}\n`))
    .join('')
}

/** The last line of defense: nothing may end a line, or go on in the next one. */
function lineOf(name: string, key: string, value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]|^\s|[\s\\]$/.test(value))
    throw hop3Error('internal.systemd-unit', `${visible(value)} must not stand in a unit.`)
  const line = `${key}=${value}`
  if (Buffer.byteLength(line) < longestLine) return line
  throw hop3Error('deploy.systemd.value', `${key} of ${name} takes more than the megabyte systemd reads of a line.`, {
    hint: 'Put what is that long into a file, and its path into the command or the variable.',
  })
}
