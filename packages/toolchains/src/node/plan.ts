import { hop3Error } from '@hop3/core'
import type { Decision, PhaseInput, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { readOptions } from '../read-options.ts'
import { nodeOptions } from './options.ts'
import type { NodeOptions } from './options.ts'
import { frameworks } from './framework.ts'
import type { Framework } from './framework.ts'
import { installInputs } from './install-inputs.ts'
import { chooseManager } from './manager.ts'
import { managerCommands } from './managers.ts'
import type { ManagerCommands } from './managers.ts'
import { dependsOn, readNodeApp } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { buildScript, isPlainBuild } from './scripts.ts'
import { serverOf } from './server.ts'
import { siteOf } from './site.ts'
import type { Site } from './site.ts'
import { chooseNode } from './version.ts'

/**
 * A site (`static`) where a framework only builds files and the author starts nothing; else a server (`web`). Throws
 * `config.node.two-lockfiles`, `.lockfile-mismatch`, `.package-manager`, `.package-json`, `.version`, `.version-conflict` and what an
 * option has wrong.
 */
export async function planNode(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: NodeOptions = await readOptions(context, 'node', nodeOptions)
  const app = await readNodeApp(context.source)
  if (app === undefined) throw noPackageJson()
  const choice = await chooseManager(app, context, options)
  const node = await chooseNode(app, context, options)
  const commands = managerCommands[choice.manager](choice.version?.version ?? '')
  const framework = frameworks.find(({ dependency }) => dependsOn(app, dependency))
  const script = buildScript(app, options.buildScript)
  const buildText = script === undefined ? framework?.buildCommand : app.scripts[script]
  const site = await chooseSite(app, framework, buildText, options)
  const server = site === undefined ? await serverOf(app, framework, options.startScript ?? 'start', commands.run) : undefined
  const install = await installInputs(app)
  const build = buildPhase({ app, framework, script, site, commands })
  const processes = site === undefined ? server && { web: server.command } : { static: site.directory }
  return {
    kind: site === undefined ? 'node' : 'static',
    phases: {
      install: {
        cmds: [choice.lock === undefined ? commands.loose : commands.frozen],
        ...(install.files && { onlyIncludeFiles: [...install.files] }),
        ...(install.outputs && { outputs: [...install.outputs] }),
        ...(install.secrets.length > 0 && { secrets: [...install.secrets] }),
        cacheDirectories: [...commands.cacheDirectories],
        paths: ['node_modules/.bin'],
        variables: { ...commands.variables },
      },
      ...(build && { build }),
    },
    processes: processes ?? {},
    versions: { ...(node && { node }), ...(choice.version && { [choice.manager]: choice.version }) },
    // node_modules of any depth; what the build writes, only in the root.
    exclude: ['node_modules', ...(build?.outputs ?? []).map((path) => `/${path}`)],
    runtime: {
      envVars: { NODE_ENV: 'production', ...server?.envVars },
      pathPrepend: ['node_modules/.bin'],
      ...(site !== undefined && { spa: site.spa }),
    },
    decisions: decisionsOf({ choice, site, server, app, framework, install }),
    warnings: [...choice.warnings, ...(processes === undefined && framework?.isPart !== true ? [noStart(framework)] : [])],
  }
}

/** The author's start script beats what the framework could be: somebody who writes a server wants it run. */
async function chooseSite(
  app: NodeApp,
  framework: Framework | undefined,
  buildText: string | undefined,
  options: NodeOptions,
): Promise<Site | undefined> {
  const asked = options.outputDirectory?.replace(/^\.\//, '').replace(/\/+$/, '')
  const start = app.scripts[options.startScript ?? 'start']?.trim()
  const isOwnStart =
    start !== undefined &&
    !(framework?.templateStart?.test(start) ?? false) &&
    !/^(?:npx )?(?:serve|http-server|sirv|vite preview)\b/.test(start)
  const found =
    framework === undefined || buildText === undefined || (isOwnStart && asked === undefined)
      ? undefined
      : await siteOf(app, framework, buildText)
  if (asked !== undefined)
    return { directory: asked, spa: options.spa ?? found?.spa ?? false, reason: 'hop3.toml [build.node] output_directory' }
  return found === undefined ? undefined : { ...found, spa: options.spa ?? found.spa }
}

interface BuildRequest {
  readonly app: NodeApp
  readonly framework: Framework | undefined
  readonly script: string | undefined
  readonly site: Site | undefined
  readonly commands: ManagerCommands
}

function buildPhase({ app, framework, script, site, commands }: BuildRequest): PhaseInput | undefined {
  const command = script === undefined ? framework?.buildCommand : commands.run(script)
  if (command === undefined) return undefined
  const isPlain = framework !== undefined && (script === undefined || isPlainBuild(app, script, framework.build))
  const outputs = [...new Set([...(site === undefined || covers(framework, site) ? [] : [site.directory]), ...(framework?.outputs ?? [])])]
  return {
    cmds: [command],
    // NODE_ENV is not set while installing: it would leave out what the build needs.
    variables: { NODE_ENV: 'production', ...framework?.variables },
    ...(isPlain && outputs.length > 0 && { outputs }),
  }
}

function covers(framework: Framework | undefined, site: Site): boolean {
  return framework?.outputs.some((output) => site.directory === output || site.directory.startsWith(`${output}/`)) ?? false
}

function decisionsOf(facts: {
  readonly choice: Awaited<ReturnType<typeof chooseManager>>
  readonly site: Site | undefined
  readonly server: Awaited<ReturnType<typeof serverOf>>
  readonly app: NodeApp
  readonly framework: Framework | undefined
  readonly install: Awaited<ReturnType<typeof installInputs>>
}): readonly Decision[] {
  const { choice, site, server, app, framework, install } = facts
  return [
    { key: 'node.package_manager', value: choice.manager, origin: choice.origin },
    ...(framework === undefined ? [] : [{ key: 'node.framework', value: framework.name, origin: app.origin(framework.dependency) }]),
    ...(install.reason === undefined ? [] : [{ key: 'node.install.inputs', value: 'the whole source', origin: install.reason }]),
    ...(site === undefined ? [] : [{ key: 'processes.static', value: site.directory, origin: site.reason }]),
    ...(site === undefined ? [] : [{ key: 'node.spa', value: String(site.spa), origin: site.reason }]),
    ...(server === undefined ? [] : [{ key: 'processes.web', value: server.command, origin: server.origin }]),
  ]
}

function noStart(framework: Framework | undefined): string {
  if (framework?.name === 'sveltekit')
    return 'SvelteKit has no adapter that fits a server of your own: npm install -D @sveltejs/adapter-node (or adapter-static for a site) and name it in svelte.config.js.'
  return 'No start command found: package.json has no start script and no main file. Add "start": "node server.js" to its scripts.'
}

function noPackageJson(): Error {
  return hop3Error('config.node.package-json', 'The node toolchain was asked for, but the app has no package.json.', {
    hint: 'Run `npm init -y`, or remove node from [build] toolchains in hop3.toml.',
  })
}
