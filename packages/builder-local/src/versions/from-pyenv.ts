import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Means } from './means.ts'
import { newestFor } from './version-text.ts'

/** What pyenv has installed, without pyenv: its shims start only what it is set to. */
export const fromPyenv: Means = async ({ wanted, context: { env } }) => {
  const root = env['PYENV_ROOT'] ?? (env['HOME'] === undefined ? undefined : join(env['HOME'], '.pyenv'))
  if (root === undefined) return undefined
  const versions = await readdir(join(root, 'versions')).catch(() => [])
  if (versions.length === 0) return undefined
  const [program = 'python3'] = wanted.tool.programs(wanted.version)
  const usable = versions.filter((version) => /^3\.\d+\.\d+$/.test(version) && existsSync(join(root, 'versions', version, 'bin', program)))
  const version = newestFor(usable, wanted)
  if (version === undefined) return { refused: 'pyenv has not installed it', hint: `Get it: \`pyenv install ${wanted.version}\`` }
  return { version, how: 'from pyenv', paths: [join(root, 'versions', version, 'bin')], variables: {} }
}
