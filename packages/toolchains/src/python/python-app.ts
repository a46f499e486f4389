/** What the root of a Python app says about it, read once: which manifests there are, what they ask for. */
import type { SourceView } from '@hop3/core'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'
import { normalizedName, parseRequirement } from './requirement.ts'
import type { Requirement } from './requirement.ts'
import { readRequirementsFile } from './requirements-file.ts'
import type { RequirementsFile } from './requirements-file.ts'

export interface PythonApp {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  readonly pyproject: Pyproject | undefined
  readonly requirements: RequirementsFile | undefined
  readonly requirementsName: string | undefined
  /** Everything any manifest declares, whichever of them will be installed: used to recognize frameworks, never to install. */
  readonly declared: ReadonlyMap<string, Requirement>
}

export interface Pyproject {
  readonly text: string
  readonly data: unknown
  /** `[project]` or `[tool.poetry]` says there is something to install; a file of linter settings does not. */
  readonly isManifest: boolean
  /** `[build-system]`: the project itself can be installed. */
  readonly isPackage: boolean
  readonly dependencies: readonly string[]
}

export async function readPythonApp(source: SourceView, requirementsName = 'requirements.txt'): Promise<PythonApp> {
  const names = await source.list()
  const pyproject = names.includes('pyproject.toml') ? await readPyproject(source) : undefined
  const hasRequirements = requirementsName !== 'requirements.txt' || names.includes(requirementsName)
  const requirements = hasRequirements ? await readRequirementsFile(source, requirementsName) : undefined
  const pipfile = names.includes('Pipfile') ? await source.readToml('Pipfile') : undefined
  const parsed = [...(requirements?.requirements ?? []), ...(pyproject?.dependencies ?? []).map(parseRequirement)]
  const keys = [...dependencyKeys(pyproject?.data, 'tool', 'poetry', 'dependencies'), ...dependencyKeys(pipfile, 'packages')]
  return {
    source,
    names,
    pyproject,
    requirements,
    requirementsName: hasRequirements ? requirementsName : undefined,
    declared: new Map([...keys, ...parsed].flatMap((one) => (one === undefined ? [] : [[one.name, one]]))),
  }
}

async function readPyproject(source: SourceView): Promise<Pyproject> {
  const data = await source.readToml('pyproject.toml')
  return {
    text: (await source.readText('pyproject.toml')) ?? '',
    data,
    isManifest: tableAt(data, 'project') !== undefined || tableAt(data, 'tool', 'poetry') !== undefined,
    isPackage: tableAt(data, 'build-system') !== undefined,
    dependencies: textsAt(data, 'project', 'dependencies'),
  }
}

/** Poetry's and Pipenv's form: `fastapi = { version = "*", extras = ["standard"] }`. */
function dependencyKeys(data: unknown, ...path: readonly string[]): readonly Requirement[] {
  const table = tableAt(data, ...path) ?? {}
  return Object.keys(table).map((key) => ({
    name: normalizedName(key),
    extras: textsAt(table, key, 'extras').map(normalizedName),
    rest: textAt(table, key) ?? textAt(valueAt(table, key), 'version') ?? '',
  }))
}
