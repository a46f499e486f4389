import { textsAt, tableAt } from '../value-at.ts'
import type { DjangoProject } from './django.ts'
import type { Install, InstallRequest } from './install-facts.ts'
import { needsInstalling, ownSelf } from './own-package.ts'
import type { InstallFacts } from './phases.ts'
import type { PythonApp } from './python-app.ts'
import { parseRequirement } from './requirement.ts'

/** What pip is given: requirements.txt, what pyproject.toml lists, or the Django whose project the app is. */
export async function pipInstall(request: InstallRequest, base: Omit<InstallFacts, 'hasLock' | 'inputs'>): Promise<Install> {
  const { app, choice, django } = request
  const facts: InstallFacts = { ...base, hasLock: false, inputs: [] }
  const nothing: Install = { facts, isEmpty: true, isInstalled: false, versions: {}, decisions: [], warnings: [] }
  if (choice.from === 'requirements' && app.requirements !== undefined) return fromRequirements(request, nothing)
  if (choice.from === 'project') return fromProject(request, nothing)
  return django === undefined ? nothing : withDjango(nothing, django)
}

/** A package that lies in `src`, or is started by its commands, is installed beside its requirements, unless these do that themselves. */
async function fromRequirements({ app, options, needsCommand }: InstallRequest, nothing: Install): Promise<Install> {
  const { files = [], local = [], usesSource = false, secrets = [], unpinned = [] } = app.requirements ?? {}
  const name = app.requirementsName ?? 'requirements.txt'
  const installsItself = !usesSource && (needsCommand || (await needsInstalling(app)))
  return {
    ...nothing,
    facts: {
      ...nothing.facts,
      ...(usesSource ? sourceLater(app, name) : { pipArguments: ['-r', name], inputs: [...files, ...local] }),
      ...(installsItself && { project: ownSelf(options.extras ?? []) }),
      secrets: [...new Set([...nothing.facts.secrets, ...secrets])].toSorted(),
    },
    isEmpty: false,
    isInstalled: installsItself || usesSource,
    warnings: unpinnedWarning(app, unpinned),
  }
}

/**
 * Requirements with `-e .`: what they name beside it is installed first, from the files alone; then all of them, with the source. With hashes
 * or several files there is no telling them apart, and any change of the source installs everything.
 */
function sourceLater({ requirements, pyproject, names }: PythonApp, name: string): Partial<InstallFacts> {
  const { files = [], named = [], areSimple = false } = requirements ?? {}
  const own = pyproject !== undefined && isStatic(pyproject.data) ? pyproject.dependencies : []
  const manifests = ['pyproject.toml', 'setup.py', 'setup.cfg'].filter((one) => names.includes(one))
  if (!areSimple || named.length + own.length === 0 || ![...named, ...own].every(mayBeShown))
    return { pipArguments: ['-r', name], inputs: undefined }
  return { pipArguments: [...named, ...own], pipLater: ['-r', name], inputs: [...files, ...manifests] }
}

/** Not so with what pip itself puts in (`${TOKEN}`), nor with credentials: a plan holds none. */
function mayBeShown(requirement: string): boolean {
  return !/\$\{|:\/\/[^/\s]*@/.test(requirement)
}

function fromProject({ app, options }: InstallRequest, nothing: Install): Install {
  const extras = options.extras ?? []
  const optional = extras.flatMap((extra) => textsAt(app.pyproject?.data, 'project', 'optional-dependencies', extra))
  const pipArguments = [...(app.pyproject?.dependencies ?? []), ...optional]
  // Dependencies are read here so that they are installed, and cached, without the source; `setup.py` alone does not say them.
  const isReadable =
    app.pyproject !== undefined &&
    isStatic(app.pyproject.data) &&
    pipArguments.every((one) => parseRequirement(one) !== undefined && mayBeShown(one))
  const isPackage = app.pyproject?.isPackage ?? true
  if (!isReadable) {
    const facts = { ...nothing.facts, pipArguments: [ownSelf(extras)], inputs: undefined }
    return { ...nothing, facts, isEmpty: false, isInstalled: true }
  }
  const project = isPackage ? ownSelf(extras) : undefined
  return {
    ...nothing,
    facts: { ...nothing.facts, pipArguments, project, inputs: ['pyproject.toml'] },
    isEmpty: pipArguments.length === 0,
    isInstalled: isPackage,
  }
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

function isStatic(data: unknown): boolean {
  return tableAt(data, 'project') !== undefined && !textsAt(data, 'project', 'dynamic').some((key) => /dependencies/.test(key))
}
