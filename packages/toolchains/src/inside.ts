import { posix } from 'node:path'
import { normalPath } from '@hop3/core'

/** True for a path that stays in the directory it is relative to: no `/etc`, no `../other`. `.` is that directory itself. */
export function isInside(path: string): boolean {
  return !posix.isAbsolute(path) && !/^\.\.(?:\/|$)/.test(normalPath(path))
}

/** The path without detours and without a slash at its end; undefined for one that leaves, and for `.`. */
export function insidePath(path: string): string | undefined {
  const normal = normalPath(path).replace(/(?<=.)\/+$/, '')
  return normal === '.' || !isInside(normal) ? undefined : normal
}
