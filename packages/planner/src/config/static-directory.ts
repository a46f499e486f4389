import { posix } from 'node:path'
import { hop3Error, normalPath, visible } from '@hop3/core'

/** A directory inside the app, without trailing slash; `.` is the root. Throws `config.static-path`. */
export function checkStaticDirectory(written: string, origin: string): string {
  const path = normalPath(written.trim() || '.').replace(/\/$/, '')
  const isInside = !posix.isAbsolute(path) && path !== '..' && !path.startsWith('../') && path !== ''
  if (isInside && !/\p{Cc}/u.test(path)) return path
  throw hop3Error('config.static-path', `${origin}: ${visible(written)} is not a directory inside the app.`, {
    hint: 'Write a path relative to the root of the app, such as public or dist/assets.',
    details: { origin },
  })
}

/** A URL prefix that starts and ends with a slash. Throws `config.static-path`. */
export function checkUrlPrefix(written: string, origin: string): string {
  const prefix = written.endsWith('/') ? written : `${written}/`
  const isPlain = /^\/(?:[A-Za-z0-9._~@-]+\/)*$/.test(prefix) && !/\/\.\.?\//.test(prefix)
  if (isPlain) return prefix
  throw hop3Error('config.static-path', `${origin}: ${visible(written)} is not a URL prefix.`, {
    hint: 'Start with a slash and use letters, digits, dots, hyphens and underscores: /assets/.',
    details: { origin },
  })
}
