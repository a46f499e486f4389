/** Links of the source: kept when they stay inside, refused when they leave it. */
import { readlinkSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { systemCode } from '@hop3/core/files'
import { linkError, unreadableError } from './source-errors.ts'

/**
 * The target the link at `path` is to have in a release: as written, or made relative where it was absolute, because the release is
 * elsewhere. A link to nothing and a link to itself are kept when they would stay inside. Throws `build.source-link`.
 */
export function linkInside(root: string, path: string): string {
  const absolute = join(root, path)
  const target = readTarget(absolute, path)
  const realRoot = realpathSync.native(root)
  const directory = realpathSync.native(dirname(absolute))
  const end = realTarget(absolute) ?? resolve(directory, target)
  const written = isAbsolute(target) ? inRealRoot(target, root, realRoot) : resolve(directory, target)
  if (!isInside(realRoot, end) || !isInside(realRoot, written) || leavesOnTheWay(path, target)) throw linkError(path, target)
  return isAbsolute(target) ? relative(directory, written) || '.' : target
}

/** Throws `build.source-link` when what was copied to `path` leads out of `root`, by links that are each right by themselves. */
export function checkCopiedLink(root: string, path: string, target: string): void {
  const end = realTarget(join(root, path))
  if (end !== undefined && !isInside(realpathSync.native(root), end)) throw linkError(path, target)
}

/** `../app/x` ends in the app here, and beside the app in a release. */
function leavesOnTheWay(path: string, target: string): boolean {
  if (isAbsolute(target)) return false
  let depth = path.split('/').length - 1
  for (const part of target.split('/')) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth < 0) return true
  }
  return false
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
    return realpathSync.native(absolute)
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes(systemCode(error))) return undefined
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
