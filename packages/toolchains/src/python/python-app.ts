/** What the root of a Python app says about it, read once: which manifests there are, what they ask for. */
import type { SourceView } from '@hop3/core'
import { checkManifest } from '../manifest.ts'
import type { Expected } from '../manifest.ts'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'
import { normalizedName, parseRequirement } from './requirement.ts'
import type { Requirement } from './requirement.ts'
import { moduleName, moduleOfName } from './own-package.ts'
import { readSetupFile } from './setup-file.ts'
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
  /** `my_app` of a project called My-App, wherever it is called so; `''` where that is no name of a module. */
  readonly module: string
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

/** Throws `config.invalid` for what the plan would be made without, and as `readRequirementsFile`. */
export async function readPythonApp(source: SourceView, requirementsName = 'requirements.txt'): Promise<PythonApp> {
  const names = await source.list()
  const pyproject = names.includes('pyproject.toml') ? await readPyproject(source) : undefined
  const hasRequirements = requirementsName !== 'requirements.txt' || names.includes(requirementsName)
  const requirements = hasRequirements ? await readRequirementsFile(source, requirementsName) : undefined
  const pipfile = names.includes('Pipfile') ? await readPipfile(source) : undefined
  const setup = await readSetupFile(source, names)
  const parsed = [...(requirements?.requirements ?? []), ...(pyproject?.dependencies ?? []).map(parseRequirement), ...setup.requirements]
  const keys = [...dependencyKeys(pyproject?.data, 'tool', 'poetry', 'dependencies'), ...dependencyKeys(pipfile, 'packages')]
  return {
    source,
    names,
    pyproject: pyproject && { ...pyproject, isManifest: pyproject.isManifest || (pyproject.isPackage && setup.isDeclared) },
    requirements,
    requirementsName: hasRequirements ? requirementsName : undefined,
    declared: new Map([...keys, ...parsed].flatMap((one) => (one === undefined ? [] : [[one.name, one]]))),
    module: moduleName(pyproject?.data) || moduleOfName(setup.name),
  }
}

const inPyproject: readonly Expected[] = [
  { at: ['project'], is: 'table', write: '[project]' },
  { at: ['project', 'name'], is: 'string', write: 'name = "shop"' },
  { at: ['project', 'requires-python'], is: 'string', write: 'requires-python = ">=3.12"' },
  { at: ['project', 'dependencies'], is: 'strings', write: 'dependencies = ["flask"]' },
  { at: ['project', 'optional-dependencies'], is: 'table', write: 'optional-dependencies = { docs = ["sphinx"] }' },
  { at: ['project', 'scripts'], is: 'table', write: 'scripts = { shop = "shop.cli:main" }' },
  { at: ['project', 'dynamic'], is: 'strings', write: 'dynamic = ["version"]' },
  { at: ['build-system'], is: 'table', write: '[build-system]' },
  { at: ['tool', 'poetry'], is: 'table', write: '[tool.poetry]' },
  { at: ['tool', 'poetry', 'dependencies'], is: 'table', write: '[tool.poetry.dependencies]' },
  { at: ['tool', 'poetry', 'scripts'], is: 'table', write: '[tool.poetry.scripts]' },
]

async function readPyproject(source: SourceView): Promise<Pyproject> {
  const data = await source.readToml('pyproject.toml')
  const text = (await source.readText('pyproject.toml')) ?? ''
  checkManifest({ file: 'pyproject.toml', text, data }, inPyproject)
  return {
    text,
    data,
    isManifest: tableAt(data, 'project') !== undefined || tableAt(data, 'tool', 'poetry') !== undefined,
    isPackage: tableAt(data, 'build-system') !== undefined,
    dependencies: textsAt(data, 'project', 'dependencies'),
  }
}

async function readPipfile(source: SourceView): Promise<unknown> {
  const data = await source.readToml('Pipfile')
  checkManifest({ file: 'Pipfile', text: await source.readText('Pipfile'), data }, [
    { at: ['packages'], is: 'table', write: '[packages]' },
    { at: ['requires'], is: 'table', write: '[requires]' },
    ...['python_version', 'python_full_version'].map((name): Expected => ({
      at: ['requires', name],
      is: 'string',
      write: `${name} = "3.12"`,
    })),
  ])
  return data
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
