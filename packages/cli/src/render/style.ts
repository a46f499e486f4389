import { styleText } from '../node-util.ts'
import type { OutputStream } from '../invocation.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
/** Styles a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

/** Colors for a terminal. NO_COLOR (any value but the empty one) takes them away, FORCE_COLOR gives them to a pipe. */
export function createPaint(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Paint {
  return wantsColor(stream, env) ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text
}

function wantsColor(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): boolean {
  const force = env['FORCE_COLOR']
  if (force !== undefined && force !== '0' && force !== 'false') return true
  if (env['NO_COLOR']) return false
  return force === undefined && stream.isTTY === true && env['TERM'] !== 'dumb'
}
