/** Whether an app is a package that is installed like its dependencies, and how that is said to pip. */
import { tableAt, textAt, valueAt } from '../value-at.ts'
import type { PythonApp } from './python-app.ts'
import { normalizedName } from './requirement.ts'

/**
 * The project itself, where poetry and pdm would install it: it is a package and there is something to package. poetry-core's own rule is
 * a module named like the project; where there is none, it runs from the source and only its dependencies are installed.
 */
export async function ownPackage({ source, pyproject }: PythonApp, extras: readonly string[]): Promise<string | undefined> {
  if (pyproject === undefined || !pyproject.isPackage) return undefined
  const { data } = pyproject
  if (valueAt(data, 'tool', 'poetry', 'package-mode') === false || valueAt(data, 'tool', 'pdm', 'distribution') === false) return undefined
  const name = moduleName(data)
  const isDeclared = valueAt(data, 'tool', 'poetry', 'packages') !== undefined
  const places = [`${name}/__init__.py`, `src/${name}/__init__.py`, `${name}.py`]
  for (const place of isDeclared || name === '' ? [] : places) if (await source.hasFile(place)) return ownSelf(extras)
  return isDeclared ? ownSelf(extras) : undefined
}

/** `my_app` of a project called My-App; `''` where that is no name of a module. */
export function moduleName(data: unknown): string {
  return moduleOfName(textAt(data, 'project', 'name') ?? textAt(data, 'tool', 'poetry', 'name') ?? '')
}

export function moduleOfName(written: string): string {
  const name = normalizedName(written).replaceAll('-', '_')
  return /^\w+$/.test(name) ? name : ''
}

/** A package that only works installed: its modules lie in `src`, or it is started by a command it brings. */
export async function needsInstalling({ source, pyproject }: PythonApp): Promise<boolean> {
  if (pyproject === undefined || !pyproject.isPackage) return false
  const hasCommands = tableAt(pyproject.data, 'project', 'scripts') ?? tableAt(pyproject.data, 'tool', 'poetry', 'scripts')
  return hasCommands !== undefined || source.hasFile(`src/${moduleName(pyproject.data)}/__init__.py`)
}

/** `.`, `.[postgres]`. */
export function ownSelf(extras: readonly string[]): string {
  return extras.length === 0 ? '.' : `.[${extras.join(',')}]`
}
