/** Where a program is, as a shell would look for it. */
import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The first one of this name in the directories of `path`, then in those of `elsewhere`; undefined where there is none. What PATH names by
 * no absolute path is left out: it would be another place for each command.
 */
export function programOnPath(name: string, path: string | undefined, elsewhere: readonly string[] = []): string | undefined {
  const directories = [...(path ?? '').split(':'), ...elsewhere].filter((directory) => directory.startsWith('/'))
  return directories.map((directory) => join(directory, name)).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    // Not there, or not for this user.
    return false
  }
}
