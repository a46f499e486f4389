import { tableAt, valueAt } from '../value-at.ts'
import { localPaths } from './path-dependencies.ts'
import type { InstallFacts } from './phases.ts'
import type { PythonApp } from './python-app.ts'

/**
 * What uv installs in one go, in two: the dependencies, from the lock file alone, and then what the source holds (the project where it is a
 * package, the members of a workspace). A changed source repeats the second only.
 */
export async function uvInstall(app: PythonApp, facts: Omit<InstallFacts, 'inputs'>): Promise<InstallFacts> {
  const { names, pyproject } = app
  const isPackage = (valueAt(pyproject?.data, 'tool', 'uv', 'package') ?? pyproject?.isPackage) === true
  const isWorkspace = tableAt(pyproject?.data, 'tool', 'uv', 'workspace') !== undefined
  const project = isPackage || isWorkspace ? '.' : undefined
  const local = await localPaths(app)
  const files = ['pyproject.toml', 'uv.lock', 'uv.toml', '.python-version'].filter((name) => names.includes(name))
  // Without a lock file the project is built to learn what it depends on.
  const isWhole = local === undefined || (project !== undefined && !facts.hasLock)
  if (isWhole) return { ...facts, project, inputs: undefined }
  const uvLater = isWorkspace ? 'workspace' : 'project'
  return { ...facts, project, ...(project !== undefined && { uvLater }), inputs: [...files, ...local] }
}
