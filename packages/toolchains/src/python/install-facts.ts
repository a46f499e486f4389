/** What the chosen manager is given to install, from which files. */
import type { Decision, ToolchainContext, ToolVersion } from '@hop3/core'
import type { PythonOptions } from './options.ts'
import { originOf } from '../origin.ts'
import { secretNames } from '../secret-names.ts'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'
import type { DjangoProject } from './django.ts'
import type { ManagerChoice } from './manager.ts'
import type { InstallFacts } from './phases.ts'
import type { PythonApp } from './python-app.ts'
import { normalizedName, parseRequirement } from './requirement.ts'
import type { PythonVersion } from './version.ts'

interface Request {
  readonly app: PythonApp
  readonly choice: ManagerChoice
  readonly version: PythonVersion
  readonly options: PythonOptions
  readonly django: DjangoProject | undefined
  readonly context: ToolchainContext
}

interface Install {
  readonly facts: InstallFacts
  /** Nothing is installed at all. */
  readonly isEmpty: boolean
  readonly versions: Readonly<Record<string, ToolVersion>>
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

const lockFiles = { uv: 'uv.lock', poetry: 'poetry.lock', pdm: 'pdm.lock', pipenv: 'Pipfile.lock' } as const
/** Used where neither the app nor the command line asks for another. */
const toolVersions = { uv: '0.13.8', poetry: '2.5.1', pdm: '2.29.4', pipenv: '2026.10.3' } as const

export async function installFacts(request: Request): Promise<Install> {
  const { app, choice, version, options, context } = request
  const { manager } = choice
  const extras = options.extras ?? []
  const base = {
    python: version.program,
    minor: version.minor,
    extras,
    toolVersion: '',
    isOwnTool: true,
    pipArguments: [],
    project: undefined,
    secrets: [],
  }
  if (manager === 'pip') return pipInstall(request, base)
  const lock = lockFiles[manager]
  const tool = context.versions[manager] ?? (await lockVersion(app, manager, lock)) ?? { version: toolVersions[manager], origin: 'default' }
  const isOwnTool = manager !== 'uv' || tool.origin !== 'default'
  const usesSource = manager === 'uv' ? uvUsesSource(app) : app.pyproject !== undefined && hasPathDependency(app.pyproject.text)
  const files = ['pyproject.toml', lock, 'uv.toml', 'poetry.toml', 'pdm.toml', 'Pipfile', '.python-version'].filter((name) =>
    app.names.includes(name),
  )
  return {
    facts: {
      ...base,
      toolVersion: tool.version,
      isOwnTool,
      hasLock: app.names.includes(lock),
      project: manager === 'poetry' || manager === 'pdm' ? await ownPackage(app, extras) : undefined,
      inputs: usesSource ? undefined : files,
      secrets: secretNames(app.pyproject?.text),
    },
    isEmpty: false,
    // uv is the host's own where there is one, so nothing is promised unless a version is asked for.
    versions: isOwnTool ? { [manager]: tool } : {},
    decisions: [],
    warnings: [],
  }
}

function pipInstall({ app, choice, django, options }: Request, base: Omit<InstallFacts, 'hasLock' | 'inputs'>): Install {
  const extras = options.extras ?? []
  const nothing = { facts: { ...base, hasLock: false, inputs: [] }, isEmpty: true, versions: {}, decisions: [], warnings: [] }
  if (choice.from === 'requirements' && app.requirements !== undefined) {
    const { files, usesSource, secrets, unpinned } = app.requirements
    const pipArguments = ['-r', app.requirementsName ?? 'requirements.txt']
    return {
      ...nothing,
      facts: { ...nothing.facts, pipArguments, inputs: usesSource ? undefined : files, secrets },
      isEmpty: false,
      warnings: unpinnedWarning(app, unpinned),
    }
  }
  if (choice.from === 'project') {
    const optional = extras.flatMap((extra) => textsAt(app.pyproject?.data, 'project', 'optional-dependencies', extra))
    const pipArguments = [...(app.pyproject?.dependencies ?? []), ...optional]
    // Dependencies are read here so that they are installed, and cached, without the source; `setup.py` alone does not say them.
    const isReadable =
      app.pyproject !== undefined && isStatic(app.pyproject.data) && pipArguments.every((one) => parseRequirement(one) !== undefined)
    const isPackage = app.pyproject?.isPackage ?? true
    if (!isReadable) return { ...nothing, facts: { ...nothing.facts, pipArguments: [ownSelf(extras)], inputs: undefined }, isEmpty: false }
    const project = isPackage ? ownSelf(extras) : undefined
    return {
      ...nothing,
      facts: { ...nothing.facts, pipArguments, project, inputs: ['pyproject.toml'] },
      isEmpty: pipArguments.length === 0,
    }
  }
  return django === undefined ? nothing : withDjango(nothing, django)
}

/** A project made by `startproject` lists no dependency, but its settings say which Django made them. */
function withDjango(nothing: Install, { madeWith }: DjangoProject): Install {
  const requirement =
    madeWith === undefined ? 'django' : `django~=${madeWith.version.split('.').length > 2 ? madeWith.version : `${madeWith.version}.0`}`
  const origin = madeWith?.origin ?? 'manage.py'
  return {
    ...nothing,
    facts: { ...nothing.facts, pipArguments: [requirement] },
    isEmpty: false,
    decisions: [{ key: 'python.dependencies', value: requirement, origin }],
    warnings: [
      `There is no requirements.txt; ${requirement} is installed because of ${origin}. Write requirements.txt to decide yourself: ${requirement}`,
    ],
  }
}

function unpinnedWarning({ requirementsName }: PythonApp, unpinned: readonly string[]): readonly string[] {
  if (unpinned.length === 0) return []
  const shown = unpinned.slice(0, 3).join(', ') + (unpinned.length > 3 ? ', …' : '')
  return [
    `${requirementsName ?? 'requirements.txt'} does not pin ${shown}: two builds may install different versions. \`pip freeze\` prints what is installed now.`,
  ]
}

/** The version that wrote the lock file, where it says so: `# This file is automatically @generated by Poetry 2.1.3 …`. */
async function lockVersion({ source, names }: PythonApp, manager: string, lock: string): Promise<ToolVersion | undefined> {
  if (manager !== 'poetry' || !names.includes(lock)) return undefined
  const text = await source.readText(lock)
  const pattern = /@generated by Poetry (\d+\.\d+\.\d+)\b/
  const version = pattern.exec(text ?? '')?.[1]
  return version === undefined ? undefined : { version, origin: originOf(lock, text, pattern) }
}

/** uv installs the project itself where it is a package, and workspace members and path sources in any case. */
function uvUsesSource({ pyproject }: PythonApp): boolean {
  if (pyproject === undefined) return false
  const isPackage = valueAt(pyproject.data, 'tool', 'uv', 'package') ?? pyproject.isPackage
  return isPackage === true || tableAt(pyproject.data, 'tool', 'uv', 'workspace') !== undefined || hasPathDependency(pyproject.text)
}

function hasPathDependency(text: string): boolean {
  return /\bpath\s*=\s*["']|@\s*file:|\bworkspace\s*=\s*true/.test(text)
}

/**
 * The project itself, where poetry and pdm would install it: it is a package and there is something to package. poetry-core's own rule is
 * a module named like the project; where there is none, it runs from the source and only its dependencies are installed.
 */
async function ownPackage({ source, pyproject }: PythonApp, extras: readonly string[]): Promise<string | undefined> {
  if (pyproject === undefined || !pyproject.isPackage) return undefined
  const { data } = pyproject
  if (valueAt(data, 'tool', 'poetry', 'package-mode') === false || valueAt(data, 'tool', 'pdm', 'distribution') === false) return undefined
  const name = normalizedName(textAt(data, 'project', 'name') ?? textAt(data, 'tool', 'poetry', 'name') ?? '').replaceAll('-', '_')
  const isDeclared = valueAt(data, 'tool', 'poetry', 'packages') !== undefined
  const places = [`${name}/__init__.py`, `src/${name}/__init__.py`, `${name}.py`]
  for (const place of isDeclared || name === '' ? [] : places) if (await source.hasFile(place)) return ownSelf(extras)
  return isDeclared ? ownSelf(extras) : undefined
}

function ownSelf(extras: readonly string[]): string {
  return extras.length === 0 ? '.' : `.[${extras.join(',')}]`
}

function isStatic(data: unknown): boolean {
  return tableAt(data, 'project') !== undefined && !textsAt(data, 'project', 'dynamic').some((key) => /dependencies/.test(key))
}
