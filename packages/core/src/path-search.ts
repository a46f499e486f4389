/** Where a program is, as a shell would look for it: for all that look on PATH. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

/**
 * The directories that `path` names, in order. What it names by no absolute path would be another place for each command: it is left out, or
 * taken from `start`, the directory the command runs in.
 */
export function pathDirectories(path: string | undefined, start?: string): readonly string[] {
  const named = (path ?? '').split(delimiter)
  return start === undefined ? named.filter((directory) => directory.startsWith('/')) : named.map((directory) => resolve(start, directory))
}

/** The first one of this name in the directories of `path`, then in those of `elsewhere`; undefined where there is none. */
export function programOnPath(name: string, path: string | undefined, elsewhere: readonly string[] = []): string | undefined {
  return [...pathDirectories(path), ...elsewhere].map((directory) => join(directory, name)).find(isProgram)
}

/** A file this user may start. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    // Not there, or not for this user.
    return false
  }
}
