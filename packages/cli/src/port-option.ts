import { hop3Error, visible } from '@hop3/core'
import type { Options } from './invocation.ts'

/** `--port`; undefined where it is not given. Throws `usage.bad-value`. */
export function portOption(options: Options): number | undefined {
  const text = options.text('port')
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  // Each instance has one of its own, from this one on.
  if (port >= 1 && port <= 65_335) return port
  throw hop3Error('usage.bad-value', `--port ${visible(text)} is no port that others can follow.`, {
    hint: 'Write for example: --port 8000',
  })
}
