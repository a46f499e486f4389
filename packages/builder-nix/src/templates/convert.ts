/** What an app's toolchain says of it, for templates: which one fits where none is named, and with which values and workers. */
import { own, type AppConfig, type BuildContext } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { planApp, type PlannedApp } from '@hop3/planner'
import type { NixOptions } from '../options.ts'
import { factsOf, type ToolchainFacts } from './facts.ts'
import { goPrograms } from './go-programs.ts'
import type { ReadText } from './read-text.ts'
import { readerOf } from './template-use.ts'
import type { TemplateName } from './template-names.ts'
import { templates } from './templates.ts'
import { webCommand } from './web-command.ts'

export interface Conversion {
  readonly template: TemplateName
  readonly facts: ToolchainFacts
  /** The app's, with how its toolchain says that it runs. */
  readonly config: AppConfig
  /** Why this template: "requirements.txt". */
  readonly evidence: string
}

interface Fit {
  readonly toolchain: string
  readonly template: TemplateName
  /** One of them is there. */
  readonly files: readonly string[]
  readonly isFit?: (read: ReadText) => boolean
}

/** The first that fits. */
const fits: readonly Fit[] = [
  { toolchain: 'python', template: 'python-venv', files: ['requirements.txt'] },
  { toolchain: 'go', template: 'go-source', files: ['go.mod'] },
  { toolchain: 'node', template: 'node-pnpm-install', files: ['pnpm-lock.yaml'] },
  { toolchain: 'node', template: 'node-prebuilt', files: ['package.json'], isFit: needsNothing },
  { toolchain: 'php', template: 'php-app', files: ['composer.json', 'index.php', 'public/index.php', 'web/index.php'] },
  { toolchain: 'ruby', template: 'ruby-bundler', files: ['Gemfile.lock'] },
  {
    toolchain: 'java',
    template: 'java-gradle',
    files: ['build.gradle.kts', 'build.gradle', 'settings.gradle.kts', 'settings.gradle'],
    isFit: (read) => read('pom.xml') === undefined,
  },
  { toolchain: 'java', template: 'java-maven', files: ['pom.xml'] },
]

/** Phases that templates know; whatever else there is needs what they do not bring. */
const known = new Set(['setup', 'install', 'build'])

/** Undefined where no template fits. Throws what planning throws. */
export async function convert(context: BuildContext, options: NixOptions, root: string): Promise<Conversion | undefined> {
  const planned = await plan(context, context.config)
  const read = readerOf(root)
  const [toolchain, ...others] = planned.toolchains
  const isKnown =
    others.length === 0 && planned.plan.root === undefined && Object.keys(planned.plan.phases).every((name) => known.has(name))
  if (!isKnown) return undefined
  for (const fit of fits.filter((one) => one.toolchain === toolchain && (one.isFit?.(read) ?? true))) {
    const evidence = fit.files.find((file) => read(file) !== undefined)
    const { template } = fit
    if (evidence !== undefined) return { template, evidence, ...converted(context.config, planned, { template, options, read }) }
  }
  return undefined
}

/** What the toolchain of a template that was named says; nothing where this host has no such toolchain. */
export async function describeNamed(
  context: BuildContext,
  options: NixOptions,
  template: TemplateName,
  root: string,
): Promise<Pick<Conversion, 'facts' | 'config'> | undefined> {
  const { toolchain } = templates[template]
  const { config, toolchains } = context
  if (toolchain === undefined || !toolchains.some(({ name }) => name === toolchain)) return undefined
  const webRoot = options['web-root']
  const asRoot = webRoot === undefined ? {} : { php: { ...tableOf(config.build.options['php']), root: webRoot } }
  const asked = { ...config, build: { ...config.build, toolchains: [toolchain], options: { ...config.build.options, ...asRoot } } }
  return converted(config, await plan(context, asked), { template, options, read: readerOf(root) })
}

function plan(context: BuildContext, config: AppConfig): Promise<PlannedApp> {
  const { appName, sourcePath, toolchains, log } = context
  return planApp({ appName, sourcePath, config, toolchains, log, access: context })
}

interface Converting {
  readonly template: TemplateName
  readonly options: NixOptions
  readonly read: ReadText
}

/** What is configured stays in the configuration, which wins over the package; the rest is the package's own. */
function converted(config: AppConfig, planned: PlannedApp, { template, options, read }: Converting): Pick<Conversion, 'facts' | 'config'> {
  const { beforeRun, staticPaths, healthcheckPath, healthcheckTimeout } = planned.runtime
  const placed = template === 'go-source' ? goPrograms(planned, read('go.mod') ?? '') : planned.runtime.workers
  const others = Object.entries(placed).filter(([name]) => own(config.runtime.workers, name) === undefined)
  const workers = Object.fromEntries(others.filter(([name]) => name !== 'web' || webCommand(options) === undefined))
  return {
    facts: { ...factsOf(planned), workers },
    config: { ...config, runtime: { workers: config.runtime.workers, beforeRun, staticPaths, healthcheckPath, healthcheckTimeout } },
  }
}

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}

function needsNothing(read: ReadText): boolean {
  const manifest = parseJson(read('package.json') ?? '')
  if (!isObject(manifest)) return false
  const [dependencies, scripts] = [manifest['dependencies'], manifest['scripts']]
  return !(isObject(dependencies) && Object.keys(dependencies).length > 0) && !(isObject(scripts) && 'build' in scripts)
}
