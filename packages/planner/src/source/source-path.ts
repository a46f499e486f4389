/** The whole file is about one question: which file of the host is this path of the source, and may planning see it? */
import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { hop3Error, normalPath, visible } from '@hop3/core'

export interface SourceEntry {
  /** Without any link. */
  readonly realPath: string
  readonly stats: Stats
}

/**
 * Finds `path` (relative, with `/`) below `root`, following links as long as they stay inside. Undefined when there is nothing, or a link
 * to nothing. Throws `config.path-outside` for a path that climbs out, `config.symlink-escapes` for a link that leads out, and
 * `config.unreadable` when the host refuses to look.
 */
export function findEntry(root: string, path: string): SourceEntry | undefined {
  const relative = insidePath(path)
  try {
    const full = join(root, relative)
    const stats = statSync(full, { throwIfNoEntry: false })
    if (stats === undefined) return undefined
    const realPath = realpathSync.native(full)
    const realRoot = realpathSync.native(root)
    if (realPath === realRoot || realPath.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) return { realPath, stats }
    throw escapes(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** Of a `path` where `findEntry` found nothing. */
export function isLinkToNothing(root: string, path: string): boolean {
  try {
    return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined
  } catch {
    // A part of the path is no directory, or has gone.
    return false
  }
}

/** `config.unreadable` for a system error, naming what was seen; any other error as it is. */
export function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error
  const code = String(error.code)
  const known: Readonly<Record<string, readonly [saw: string, hint: string]>> = {
    EACCES: ['permission denied', `Make it readable: chmod u+r ${path}`],
    EPERM: ['operation not permitted', `Make it readable: chmod u+r ${path}`],
    ELOOP: ['a link that leads back to itself', `Replace the link by a file: rm ${path}`],
    ENAMETOOLONG: ['the path is too long for this file system', 'Shorten the path.'],
  }
  const [saw, hint] = (Object.hasOwn(known, code) ? known[code] : undefined) ?? [code, 'Check the file and the disk it lies on.']
  return hop3Error('config.unreadable', `Cannot read ${visible(path)}: ${saw}.`, { hint, cause: error, details: { path: visible(path) } })
}

function insidePath(path: string): string {
  const normal = normalPath(path)
  const isOutside = normal === '..' || normal.startsWith('../') || posix.isAbsolute(normal) || path.includes('\0')
  if (!isOutside) return normal
  throw hop3Error('config.path-outside', `${visible(path)} is not a path inside the app.`, {
    hint: 'Write a path relative to the root of the app, without leading slash or `..`.',
    details: { path: visible(path) },
  })
}

function escapes(path: string): Error {
  return hop3Error('config.symlink-escapes', `${visible(path)} is reached through a link that leads out of the app.`, {
    hint: `Put the file itself into the app: cp --remove-destination "$(readlink -f ${path})" ${path}`,
    details: { path: visible(path) },
  })
}
