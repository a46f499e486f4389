import { joinPaths } from '@hop3/core'
import type { Decision, PhaseInput, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { assetsOf, withAssets } from '../node/assets.ts'
import type { Assets } from '../node/assets.ts'
import { hasOwnStart } from '../node/scripts.ts'
import { readOptions } from '../read-options.ts'
import { pythonOptions } from './options.ts'
import type { PythonOptions } from './options.ts'
import { readDjango } from './django.ts'
import { planDjango } from './django-plan.ts'
import { installFacts } from './install-facts.ts'
import { chooseManager } from './manager.ts'
import { pipVariables, pythonPhases } from './phases.ts'
import type { PythonPhases } from './phases.ts'
import { readMember } from './member.ts'
import type { PythonApp } from './python-app.ts'
import { startsOnlyInstalled } from './script-start.ts'
import { chooseStart } from './start.ts'
import { neededExtra } from './needed-extra.ts'
import type { NeededExtra } from './needed-extra.ts'
import { choosePython } from './version.ts'
import type { PythonVersion } from './version.ts'
import { findWebApplication } from './web-framework.ts'

/**
 * Everything lands in `.venv`, which is the release's own. Throws `config.python.two-locks`, `.version`, `.version-conflict`,
 * `.requirements-missing` and what an option has wrong.
 */
export async function planPython(context: ToolchainContext): Promise<ToolchainPlan> {
  const asked: PythonOptions = await readOptions(context, 'python', pythonOptions)
  const { app: written, place } = await readMember(context, asked.requirements)
  const django = written.names.includes('manage.py') ? await readDjango(written.source) : undefined
  const web = django === undefined ? await findWebApplication(written) : undefined
  const extra = asked.extras === undefined ? neededExtra(written, django === undefined ? web?.framework : 'django') : undefined
  const { app, options } = extra === undefined ? { app: written, options: asked } : withExtra(written, asked, extra)
  const choice = chooseManager(app, options)
  const version = await choosePython(app, context, options)
  const needsCommand = django === undefined && web === undefined && (await startsOnlyInstalled(app))
  const install = await installFacts({ app, choice, version, options, django, needsCommand, context })
  const start = await chooseStart(app, django, web, install.isInstalled)
  const phases = pythonPhases[choice.manager](place(install.facts))
  const forDjango = planDjango(django, options, context.root)
  const { collect } = forDjango
  const build = [...phases.build, ...(collect === undefined ? [] : [collect.command])]
  const importRoot = install.isInstalled && start.importRoot === 'src' ? undefined : start.importRoot
  const undeclared =
    install.isEmpty && web !== undefined
      ? [`${web.origin} uses ${web.framework}, but nothing lists it as a dependency: write it into requirements.txt.`]
      : []
  const plan: ToolchainPlan = {
    kind: 'python',
    phases: {
      ...(phases.setup && { setup: phases.setup }),
      install: phases.install,
      ...(build.length > 0 && { build: buildPhase(build, phases, collect) }),
    },
    processes: start.processes,
    versions: { ...(version.pick && { python: version.pick }), ...install.versions },
    exclude: ['.venv', '.hop3-tools', '__pycache__'],
    runtime: {
      // A release stays as it was built: no bytecode is written beside the app's files while it runs.
      envVars: { PYTHONUNBUFFERED: '1', PYTHONFAULTHANDLER: '1', PYTHONDONTWRITEBYTECODE: '1', ...forDjango.envVars },
      envPaths: { VIRTUAL_ENV: '.venv', ...(importRoot !== undefined && { PYTHONPATH: joinPaths(context.root, importRoot) }) },
      pathPrepend: ['.venv/bin'],
      ...forDjango.runtime,
    },
    decisions: [
      ...decisionsOf(choice.manager, choice.origin, version),
      ...(extra === undefined ? [] : [extra.decision]),
      ...install.decisions,
      ...start.decisions,
      ...forDjango.decisions,
    ],
    warnings: [...choice.warnings, ...version.warnings, ...install.warnings, ...undeclared, ...start.warnings, ...forDjango.warnings],
    startWarnings: start.warnings,
  }
  const isServed = ['web', 'wsgi'].some((name) => Object.hasOwn(start.processes, name))
  // Django collects what the scripts write. Somebody who names toolchains names them all.
  return context.named || !isServed ? plan : withAssets(plan, await assetsBeside(context), 'build')
}

function withExtra(
  app: PythonApp,
  options: PythonOptions,
  { name, requirements }: NeededExtra,
): { app: PythonApp; options: PythonOptions } {
  const declared = new Map([...app.declared, ...requirements.map((one) => [one.name, one] as const)])
  return { app: { ...app, declared }, options: { ...options, extras: [name] } }
}

/** A package.json that starts something is no part of this app. */
async function assetsBeside(context: ToolchainContext): Promise<Assets | undefined> {
  const assets = await assetsOf(context, { scripts: [['build']] })
  return assets === undefined || hasOwnStart(assets.app) ? undefined : assets
}

/** The whole source is its input. Without a known output directory it runs every time, which is right, if not fast. */
function buildPhase(
  cmds: readonly string[],
  phases: PythonPhases,
  collect: { readonly directory?: string; readonly secrets: readonly string[] } | undefined,
): PhaseInput {
  const installs = phases.build.length > 0
  const { directory, secrets = [] } = collect ?? {}
  const outputs = [...(installs ? ['.venv'] : []), ...(directory === undefined ? [] : [directory])]
  const isKnown = collect === undefined || directory !== undefined
  return {
    cmds: [...cmds],
    ...(installs && (phases.buildWith ?? { cacheDirectories: ['~/.cache/pip'], variables: pipVariables })),
    ...(installs && phases.install.secrets && { secrets: phases.install.secrets }),
    ...(secrets.length > 0 && { secrets: [...new Set([...((installs && phases.install.secrets) || []), ...secrets])] }),
    ...(isKnown && { outputs }),
  }
}

function decisionsOf(manager: string, origin: string, { program, pick }: PythonVersion): readonly Decision[] {
  return [
    { key: 'python.package_manager', value: manager, origin },
    { key: 'python.interpreter', value: program, origin: pick?.origin ?? 'default' },
  ]
}
