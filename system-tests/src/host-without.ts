/** This host as it would be without some of its programs. */
import { access, constants, mkdtemp, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandOptions } from './command-line.ts'
import type { Scene } from './wrong-input.ts'

/** A PATH that leads to every program this host's PATH leads to but these, and no version manager that has them elsewhere. */
export async function hostWithout({ machine }: Pick<Scene, 'machine'>, missing: readonly string[]): Promise<CommandOptions> {
  const directory = await mkdtemp(join(machine.directory, 'bin-'))
  const isMissing = (name: string): boolean => missing.some((one) => name === one || new RegExp(`^${one}(\\.\\d+)*$`).test(name))
  for (const from of (process.env['PATH'] ?? '').split(':')) {
    for (const name of await readdir(from).catch(() => [])) {
      if (isMissing(name)) continue
      const isProgram = await access(join(from, name), constants.X_OK).then(
        () => true,
        () => false,
      )
      // The first one on PATH is the one that counts.
      if (isProgram) await symlink(join(from, name), join(directory, name)).catch(() => {})
    }
  }
  return { env: { PATH: directory, PYENV_ROOT: directory } }
}
