import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'

export interface FileSearch {
  /** Where it begins; `''` for the source's root. Default: there. */
  readonly directory?: string
  /** Levels of directories, the first one included. */
  readonly depth: number
  /** Directories that are listed, and no more. */
  readonly directories: number
}

const passedOver = /^(?:\..*|node_modules|vendor|bin|obj|out|target|dist|build|wwwroot|packages|artifacts)$/

/** The files whose names match, level by level: a search has bounds, because a source may be anything. */
export async function findFiles(source: SourceView, pattern: RegExp, search: FileSearch): Promise<readonly string[]> {
  let found: readonly string[] = []
  let level: readonly string[] = [search.directory ?? '']
  let left = search.directories
  for (let depth = 0; depth < search.depth && level.length > 0; depth++) {
    const listed = await Promise.all(
      level
        .slice(0, left)
        .map(async (inside) => (await source.list(inside === '' ? undefined : inside)).map((name) => joinPaths(inside, name))),
    )
    left -= listed.length
    const paths = listed.flat()
    found = [...found, ...paths.filter((path) => pattern.test(posix.basename(path)))]
    // What has no extension may be a directory; to list a file finds nothing.
    level = paths.filter((path) => !passedOver.test(posix.basename(path)) && !/\.[a-z]{1,6}$/.test(path))
  }
  return found
}
