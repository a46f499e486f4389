import type { Decision, PhaseInput, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { readOptions } from '../read-options.ts'
import { pythonOptions } from './options.ts'
import type { PythonOptions } from './options.ts'
import { readDjango } from './django.ts'
import type { DjangoProject } from './django.ts'
import { installFacts } from './install-facts.ts'
import { chooseManager } from './manager.ts'
import { pipVariables, pythonPhases } from './phases.ts'
import { readPythonApp } from './python-app.ts'
import { chooseStart } from './start.ts'
import { choosePython } from './version.ts'
import type { PythonVersion } from './version.ts'
import { findWebApplication } from './web-framework.ts'

/**
 * Everything lands in `.venv`, which is the release's own. Throws `config.python.two-locks`, `.version`, `.version-conflict`,
 * `.requirements-missing` and what an option has wrong.
 */
export async function planPython(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: PythonOptions = await readOptions(context, 'python', pythonOptions)
  const app = await readPythonApp(context.source, options.requirements)
  const choice = chooseManager(app, options)
  const version = await choosePython(app, context, options)
  const django = app.names.includes('manage.py') ? await readDjango(context.source) : undefined
  const web = django === undefined ? await findWebApplication(app) : undefined
  const start = chooseStart(app, django, web)
  const install = await installFacts({ app, choice, version, options, django, context })
  const phases = pythonPhases[choice.manager](install.facts)
  const collect = options.collectstatic === false ? undefined : django?.staticFiles
  const build = [...phases.build, ...(collect === undefined ? [] : [collectCommand(django)])]
  const undeclared =
    install.isEmpty && web !== undefined
      ? [`${web.origin} uses ${web.framework}, but nothing lists it as a dependency: write it into requirements.txt.`]
      : []
  return {
    kind: 'python',
    phases: {
      ...(phases.setup && { setup: phases.setup }),
      install: phases.install,
      ...(build.length > 0 && { build: buildPhase(build, phases.build.length > 0, collect?.directory) }),
    },
    processes: start.processes,
    versions: { ...(version.pick && { python: version.pick }), ...install.versions },
    exclude: ['.venv', '.hop3-tools', '__pycache__'],
    runtime: {
      // A release stays as it was built: no bytecode is written beside the app's files while it runs.
      envVars: { PYTHONUNBUFFERED: '1', PYTHONFAULTHANDLER: '1', PYTHONDONTWRITEBYTECODE: '1' },
      envPaths: { VIRTUAL_ENV: '.venv' },
      pathPrepend: ['.venv/bin'],
      ...(collect?.url !== undefined && collect.directory !== undefined && { staticPaths: { [collect.url]: `${collect.directory}/` } }),
    },
    decisions: [
      ...decisionsOf(choice.manager, choice.origin, version),
      ...install.decisions,
      ...start.decisions,
      ...djangoDecisions(django),
    ],
    warnings: [...choice.warnings, ...version.warnings, ...install.warnings, ...undeclared, ...start.warnings, ...djangoWarnings(django)],
  }
}

/** The whole source is its input. Without a known output directory it runs every time, which is right, if not fast. */
function buildPhase(cmds: readonly string[], installsProject: boolean, directory: string | undefined): PhaseInput {
  const outputs = [...(installsProject ? ['.venv'] : []), ...(directory === undefined ? [] : [directory])]
  const isKnown = installsProject ? cmds.length === 1 || directory !== undefined : directory !== undefined
  return {
    cmds: [...cmds],
    ...(installsProject && { cacheDirectories: ['~/.cache/pip'], variables: pipVariables }),
    ...(isKnown && { outputs }),
  }
}

function collectCommand(django: DjangoProject | undefined): string {
  return `.venv/bin/python manage.py collectstatic --noinput${django?.settings === undefined ? '' : ` --settings ${django.settings}`}`
}

function decisionsOf(manager: string, origin: string, { program, pick }: PythonVersion): readonly Decision[] {
  return [
    { key: 'python.package_manager', value: manager, origin },
    { key: 'python.interpreter', value: program, origin: pick?.origin ?? 'default' },
  ]
}

function djangoDecisions(django: DjangoProject | undefined): readonly Decision[] {
  if (django === undefined) return []
  const migrate = 'not run by themselves; `release: python manage.py migrate` in Procfile runs them before each switch'
  const collected = django.staticFiles
  return [
    { key: 'python.django.migrations', value: migrate, origin: 'python toolchain' },
    collected === undefined
      ? {
          key: 'python.django.static',
          value: "not collected; STATIC_ROOT = BASE_DIR / 'staticfiles' in the settings collects and serves them",
          origin: 'python toolchain',
        }
      : { key: 'python.django.static', value: collected.directory ?? 'STATIC_ROOT', origin: collected.origin },
  ]
}

function djangoWarnings(django: DjangoProject | undefined): readonly string[] {
  if (django?.sqliteOrigin === undefined) return []
  return [
    `${django.sqliteOrigin} keeps the SQLite database in the release: every deploy starts with an empty one. Use the directory in the HOP3_DATA variable, which outlives releases.`,
  ]
}
