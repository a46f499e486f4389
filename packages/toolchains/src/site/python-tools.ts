/** Generators written in Python: how they are installed, which is the python toolchain's way wherever the app itself says what it needs. */
import type { Decision, PhaseInput, ToolchainPlan } from '@hop3/core'
import { installFacts } from '../python/install-facts.ts'
import { chooseManager } from '../python/manager.ts'
import { pipVariables, pythonPhases } from '../python/phases.ts'
import { readPythonApp } from '../python/python-app.ts'
import type { PythonApp } from '../python/python-app.ts'
import { normalizedName, parseRequirement } from '../python/requirement.ts'
import { readRequirementsFile } from '../python/requirements-file.ts'
import { choosePython } from '../python/version.ts'
import type { PythonVersion } from '../python/version.ts'
import { documentationRequirements } from './documentation-requirements.ts'
import type { SiteRequest } from './generator.ts'
import { readReadTheDocs } from './read-the-docs.ts'

export interface PythonNeeds {
  /** The generator as pip is told when nothing else lists it: `mkdocs>=1.6,<2`. */
  readonly generator: string
  /** Packages that bring the generator with them. */
  readonly broughtBy?: readonly string[]
  /** What the site's configuration names besides, as requirements; each with where it is named. */
  readonly named: readonly { readonly requirement: string; readonly origin: string }[]
  /** Where requirements files of documentation lie, besides the usual places: `docs`. */
  readonly directory?: string | undefined
}

export interface PythonTools extends Required<
  Pick<ToolchainPlan, 'phases' | 'versions' | 'exclude' | 'runtime' | 'decisions' | 'warnings'>
> {
  /** For the build phase: the project itself, where documentation is made from it. */
  readonly prepare: readonly string[]
  readonly build: PhaseInput
}

/**
 * The app's own manifest where that lists the generator; else a requirements file of documentation, Read the Docs' configuration or the extra
 * `docs`; what none of them lists is added. Throws what the python toolchain does.
 */
export async function pythonTools(request: SiteRequest, needs: PythonNeeds): Promise<PythonTools> {
  const { context, options } = request
  const app = await readPythonApp(context.source)
  const generators = [needs.generator, ...(needs.broughtBy ?? [])].map(nameOf)
  const version = await chooseVersion(request, app)
  const isDeclared = generators.some((name) => app.declared.has(name))
  if (options.requirements !== undefined || !isDeclared) return fromDocumentation({ request, needs, app, version, generators })
  const choice = chooseManager(app, {})
  const install = await installFacts({ app, choice, version, options: {}, django: undefined, needsCommand: false, context })
  return toolsOf(pythonPhases[choice.manager](install.facts), {
    version,
    versions: install.versions,
    decisions: [{ key: 'python.package_manager', value: choice.manager, origin: choice.origin }],
    warnings: [...choice.warnings, ...version.warnings, ...install.warnings],
  })
}

interface DocumentationRequest {
  readonly request: SiteRequest
  readonly needs: PythonNeeds
  readonly app: PythonApp
  readonly version: PythonVersion
  readonly generators: readonly string[]
}

/** pip, with the requirements of the documentation alone: those of the project are not needed to describe it. */
async function fromDocumentation({ request, needs, app, version, generators }: DocumentationRequest): Promise<PythonTools> {
  const { source } = request
  const listed = await documentationRequirements(request, app, needs.directory)
  const files = await Promise.all(listed.files.map((file) => readRequirementsFile(source, file)))
  const given = new Set(
    [...files.flatMap(({ requirements }) => requirements), ...listed.extras.map(parseRequirement)].map((one) => one?.name),
  )
  const isMissing = (requirement: string): boolean => !given.has(nameOf(requirement))
  const wanted = generators.some((name) => given.has(name)) ? [] : [{ requirement: needs.generator, origin: 'default' }]
  // Somebody who lists requirements lists plugins, too; one that is forgotten there is told by the generator.
  const added = given.size > 0 ? wanted : [...wanted, ...needs.named].filter(({ requirement }) => isMissing(requirement))
  const usesSource = listed.usesSource === true || files.some((file) => file.usesSource)
  const pipArguments = [...listed.files.flatMap((file) => ['-r', file]), ...listed.extras, ...added.map(({ requirement }) => requirement)]
  const inputs = [...new Set([...files.flatMap((file) => [...file.files, ...file.local]), ...listed.manifests])]
  const phases = pythonPhases.pip({
    python: version.program,
    minor: version.minor,
    toolVersion: '',
    isOwnTool: true,
    pipArguments,
    project: listed.project,
    extras: [],
    hasLock: false,
    inputs: usesSource ? undefined : inputs,
    secrets: files.flatMap(({ secrets }) => secrets),
  })
  return toolsOf(phases, {
    version,
    versions: {},
    decisions: [
      ...(listed.origin === undefined
        ? []
        : [
            {
              key: 'site.requirements',
              value: [...listed.files, ...listed.extras, ...(listed.project === undefined ? [] : [listed.project])].join(', '),
              origin: listed.origin,
            },
          ]),
      ...added.map(({ requirement, origin }) => ({ key: 'site.requirement', value: requirement, origin })),
    ],
    warnings: [
      ...version.warnings,
      ...(added.length === 0
        ? []
        : [
            `No requirements file lists ${added.map(({ requirement }) => requirement).join(', ')}: two builds may install different versions. Write docs/requirements.txt with exact ones.`,
          ]),
    ],
  })
}

/** The app's own files, else Read the Docs' configuration. */
async function chooseVersion({ context, source, names }: SiteRequest, app: PythonApp): Promise<PythonVersion> {
  const chosen = await choosePython(app, context, {})
  const python = chosen.pick === undefined ? (await readReadTheDocs({ source, names }))?.python : undefined
  return python === undefined ? chosen : choosePython(app, { ...context, versions: { ...context.versions, python } }, {})
}

function toolsOf(
  { setup, install, build, buildWith }: ReturnType<(typeof pythonPhases)['pip']>,
  {
    version,
    versions,
    decisions,
    warnings,
  }: Pick<PythonTools, 'versions' | 'warnings'> & {
    readonly version: PythonVersion
    readonly decisions: readonly Decision[]
  },
): PythonTools {
  return {
    phases: { ...(setup && { setup }), install },
    versions: { ...(version.pick && { python: version.pick }), ...versions },
    exclude: ['.venv', '.hop3-tools', '__pycache__'],
    runtime: { pathPrepend: ['.venv/bin'], envPaths: { VIRTUAL_ENV: '.venv' } },
    decisions: [{ key: 'python.interpreter', value: version.program, origin: version.pick?.origin ?? 'default' }, ...decisions],
    warnings,
    prepare: build,
    build: build.length > 0 ? (buildWith ?? { cacheDirectories: ['~/.cache/pip'], variables: pipVariables }) : {},
  }
}

function nameOf(requirement: string): string {
  return parseRequirement(requirement)?.name ?? normalizedName(requirement)
}
