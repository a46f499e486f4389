/** Links of the source: kept when they stay inside, refused when they leave it. */
import { readlinkSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { linkError, unreadableError } from './source-errors.ts'

/**
 * The target the link at `path` is to have in a release: as written, or made relative where it was absolute, because the release is
 * elsewhere. A link to nothing and a link to itself are kept when they would stay inside. Throws `build.source-link`.
 */
export function linkInside(root: string, path: string): string {
  const absolute = join(root, path)
  const target = readTarget(absolute, path)
  const realRoot = realpathSync(root)
  const directory = realpathSync(dirname(absolute))
  const end = realTarget(absolute) ?? resolve(directory, target)
  // The name as written must stay inside as well: `../app/x` ends in the app here and beside the release there.
  const written = isAbsolute(target) ? inRealRoot(target, root, realRoot) : resolve(directory, target)
  if (!isInside(realRoot, end) || !isInside(realRoot, written)) throw linkError(path, target)
  return isAbsolute(target) ? relative(directory, written) || '.' : target
}

function readTarget(absolute: string, path: string): string {
  try {
    return readlinkSync(absolute)
  } catch (error) {
    throw unreadableError(path, error)
  }
}

/** Undefined where the link leads to nothing or in a circle. */
function realTarget(absolute: string): string | undefined {
  try {
    return realpathSync(absolute)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return undefined
    throw unreadableError(absolute, error)
  }
}

function inRealRoot(target: string, root: string, realRoot: string): string {
  const lexical = resolve(target)
  return isInside(root, lexical) ? join(realRoot, relative(root, lexical)) : lexical
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`)
}
