/** Which tool installs the app's dependencies, and why. */
import { hop3Error } from '@hop3/core'
import type { PythonOptions } from './options.ts'
import { tableAt } from '../value-at.ts'
import type { PythonApp } from './python-app.ts'

export type PythonManager = 'pip' | 'uv' | 'poetry' | 'pdm' | 'pipenv'

export interface ManagerChoice {
  readonly manager: PythonManager
  /** What pip installs; meaningless for the others. */
  readonly from: 'requirements' | 'project' | 'nothing'
  /** The file or option that decided. */
  readonly origin: string
  readonly warnings: readonly string[]
}

const locks = [
  { file: 'uv.lock', manager: 'uv' },
  { file: 'poetry.lock', manager: 'poetry' },
  { file: 'pdm.lock', manager: 'pdm' },
  { file: 'Pipfile.lock', manager: 'pipenv' },
] as const

/**
 * Configuration, else the one lock file, else requirements.txt (the deploy manifest), else Pipfile, else pyproject.toml.
 * Throws `config.python.two-locks` when two lock files claim the app.
 */
export function chooseManager(app: PythonApp, options: PythonOptions): ManagerChoice {
  const asked = options.packageManager ?? managerOfStrategy(options.strategy)
  if (asked !== undefined) {
    const isProject = options.strategy === 'pyproject' || (app.requirements === undefined && app.pyproject?.isManifest === true)
    return { manager: asked, from: isProject ? 'project' : pipSource(app), origin: 'hop3.toml [build.python]', warnings: [] }
  }
  const found = locks.filter(({ file }) => app.names.includes(file))
  const [lock, other] = found
  if (lock !== undefined && other !== undefined) throw twoLocks(found)
  if (lock !== undefined)
    return { manager: lock.manager, from: 'nothing', origin: lock.file, warnings: unused(app, lock.file, lock.manager) }
  if (app.requirements !== undefined) {
    return { manager: 'pip', from: 'requirements', origin: app.requirementsName ?? 'requirements.txt', warnings: manifestBeside(app) }
  }
  if (app.names.includes('Pipfile'))
    return { manager: 'pipenv', from: 'nothing', origin: 'Pipfile', warnings: [noLock('Pipfile', 'pipenv lock')] }
  if (app.pyproject?.isManifest !== true) return { manager: 'pip', from: pipSource(app), origin: 'default', warnings: [] }
  // Poetry's own tables mean nothing to pip when the project is not a package.
  const needsPoetry = tableAt(app.pyproject.data, 'project') === undefined && !app.pyproject.isPackage
  return needsPoetry
    ? { manager: 'poetry', from: 'nothing', origin: 'pyproject.toml', warnings: [noLock('pyproject.toml', 'poetry lock')] }
    : { manager: 'pip', from: 'project', origin: 'pyproject.toml', warnings: [] }
}

function managerOfStrategy(strategy: PythonOptions['strategy']): PythonManager | undefined {
  if (strategy === undefined) return undefined
  return strategy === 'uv-sync' ? 'uv' : 'pip'
}

function pipSource(app: PythonApp): ManagerChoice['from'] {
  if (app.requirements !== undefined) return 'requirements'
  return app.pyproject?.isManifest === true || app.names.includes('setup.py') ? 'project' : 'nothing'
}

function twoLocks(found: readonly { readonly file: string; readonly manager: string }[]): Error {
  const files = found.map(({ file, manager }) => `${file} (${manager})`).join(' and ')
  const first = found[0]?.manager ?? 'uv'
  return hop3Error('config.python.two-locks', `Cannot tell how to install this Python app: ${files} both lock its dependencies.`, {
    hint: `Remove the one you do not use (git rm ${found[1]?.file ?? ''}), or decide in hop3.toml:\n[build.python]\npackage_manager = "${first}"`,
    details: { files: found.map(({ file }) => file) },
  })
}

function unused(app: PythonApp, lock: string, manager: PythonManager): readonly string[] {
  if (app.requirements === undefined) return []
  return [
    `${app.requirementsName ?? 'requirements.txt'} is not installed: ${lock} is, by ${manager}. Remove one, or set package_manager = "pip" under [build.python].`,
  ]
}

function manifestBeside(app: PythonApp): readonly string[] {
  const other = ['pyproject.toml', 'Pipfile'].find((file) =>
    file === 'Pipfile' ? app.names.includes(file) : (app.pyproject?.dependencies.length ?? 0) > 0,
  )
  if (other === undefined) return []
  return [
    `requirements.txt is installed; the dependencies in ${other} are not. Set ${other === 'Pipfile' ? 'package_manager = "pipenv"' : 'strategy = "pyproject"'} under [build.python] to install those instead.`,
  ]
}

function noLock(manifest: string, command: string): string {
  return `${manifest} has no lock file: two builds may install different versions. Run \`${command}\` and add what it writes.`
}
