import { posix } from 'node:path'
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolchainPlan } from '@hop3/core'
import { fixedPortWarning } from '../fixed-port.ts'
import { readOptions } from '../read-options.ts'
import { readableText } from '../readable-text.ts'
import { nodeOptions } from './options.ts'
import type { NodeOptions } from './options.ts'
import { buildPhase } from './build-phase.ts'
import { decisionsOf } from './decisions.ts'
import { frameworks } from './framework.ts'
import type { Framework } from './framework.ts'
import { installInputs } from './install-inputs.ts'
import { chooseManager } from './manager.ts'
import type { ManagerChoice } from './manager.ts'
import { bunCommands, managerCommands } from './managers.ts'
import type { ManagerCommands } from './managers.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { fileOf } from './run-by-bun.ts'
import { bunRuntime, nodeRuntime } from './runtime.ts'
import type { Runtime } from './runtime.ts'
import { buildScript } from './scripts.ts'
import { serverOf } from './server.ts'
import type { Server } from './server.ts'
import { siteOf } from './site.ts'
import type { Site } from './site.ts'
import { toTop } from './workspace-build.ts'
import { readWorkspace } from './workspace.ts'
import type { NodeWorkspace } from './workspace.ts'

/**
 * A site (`static`) where a framework only builds files and the author starts nothing; else a server (`web`). Throws
 * `config.node.two-lockfiles`, `.lockfile-mismatch`, `.package-manager`, `.package-json`, `.version`, `.version-conflict` and what an
 * option has wrong.
 */
export async function planNode(context: ToolchainContext): Promise<ToolchainPlan> {
  return planPackage(context, nodeRuntime)
}

/** The same for an app that Bun runs. Throws `config.bun.version` and `.version-conflict` besides. */
export async function planBun(context: ToolchainContext): Promise<ToolchainPlan> {
  return planPackage(context, bunRuntime)
}

async function planPackage(context: ToolchainContext, runtime: Runtime): Promise<ToolchainPlan> {
  const options: NodeOptions = await readOptions(context, runtime.name, nodeOptions)
  const workspace = await readWorkspace(context)
  if (workspace === undefined) throw noPackageJson(context.root, runtime)
  const { app, top } = workspace
  const choice = await chooseManager(top, context, options, runtime)
  const versions = {
    ...(await runtime.usual(top)),
    ...(app !== top && (await runtime.versions(top, context, options))),
    ...(await runtime.versions(app, context, options)),
  }
  const commands = choice.manager === runtime.name ? bunCommands('bun') : managerCommands[choice.manager](choice.version?.version ?? '')
  const framework = frameworks.find(({ dependency }) => dependsOn(app, dependency))
  const script = buildScript(app, options.buildScript)
  const site = await chooseSite(app, framework, script === undefined ? framework?.buildCommand : app.scripts[script], options, runtime)
  const server =
    site === undefined ? await serverOf({ app, runtime, framework, script: options.startScript ?? 'start', run: commands.run }) : undefined
  const install = await installInputs(workspace)
  const build = await buildPhase({ workspace, framework, script, site, server, choice, commands })
  const processes = site === undefined ? server && { web: server.command } : { static: posix.join(app.directory, site.directory) }
  const binaries = [...new Set([app, top])].map(({ directory }) => posix.join(directory, 'node_modules/.bin'))
  return {
    kind: site === undefined ? runtime.name : 'static',
    phases: {
      install: {
        cmds: installCommands(workspace, choice, commands, server),
        ...(install.files && { onlyIncludeFiles: [...install.files] }),
        ...(install.outputs && { outputs: [...install.outputs] }),
        ...(install.secrets.length > 0 && { secrets: [...install.secrets] }),
        cacheDirectories: [...commands.cacheDirectories],
        paths: binaries,
        variables: { ...commands.variables },
      },
      ...(build && { build: build.phase }),
    },
    processes: processes ?? {},
    versions: { ...(choice.version && { [choice.manager]: choice.version }), ...versions },
    // node_modules of any depth; what the build writes, only where it does.
    exclude: ['node_modules', ...(build?.phase.outputs ?? []).map((path) => `/${path}`)],
    runtime: {
      envVars: { NODE_ENV: 'production', ...server?.envVars },
      pathPrepend: binaries,
      ...(site !== undefined && { spa: site.spa }),
    },
    decisions: decisionsOf({ runtime, workspace, choice, site, server, framework, install, build }),
    warnings: [
      ...choice.warnings,
      ...(server?.warning === undefined ? [] : [server.warning]),
      ...(server === undefined ? [] : await portWarning(app, server, runtime)),
      ...(processes === undefined && framework?.isPart !== true ? [noStart(framework, runtime)] : []),
    ],
  }
}

function installCommands(
  { app, top }: NodeWorkspace,
  { lock }: ManagerChoice,
  commands: ManagerCommands,
  server: Server | undefined,
): string[] {
  const install = lock === undefined ? commands.loose : commands.frozen
  return [app === top ? install : toTop(app, install), ...(server?.installs === undefined ? [] : [commands.add(server.installs)])]
}

/** The author's start script beats what the framework could be: somebody who writes a server wants it run. */
async function chooseSite(
  app: NodeApp,
  framework: Framework | undefined,
  buildText: string | undefined,
  options: NodeOptions,
  runtime: Runtime,
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
    return { directory: asked, spa: options.spa ?? found?.spa ?? false, reason: `hop3.toml [build.${runtime.name}] output_directory` }
  return found === undefined ? undefined : { ...found, spa: options.spa ?? found.spa }
}

/** The file that a command without anything else starts. */
const nodeFile = /^(?:\w+=\S+ )*node (?:--?\S+ )*([\w@][\w@./-]*\.[cm]?[jt]s)$/

async function portWarning(app: NodeApp, server: Server, { name }: Runtime): Promise<readonly string[]> {
  const file = name === 'bun' ? fileOf(server.command) : nodeFile.exec(server.command)?.[1]
  const text = file !== undefined && (await app.source.hasFile(file)) ? await readableText(app.source, file) : undefined
  return file === undefined ? [] : fixedPortWarning(name, posix.join(app.directory, file), text)
}

function noStart(framework: Framework | undefined, { name }: Runtime): string {
  if (framework?.name === 'tanstack-start')
    return "TanStack Start builds no program to start: npm install nitro, and add nitro() of 'nitro/vite' to the plugins of vite.config.ts."
  if (framework?.name === 'sveltekit')
    return 'SvelteKit has no adapter that fits a server of your own: npm install -D @sveltejs/adapter-node (or adapter-static for a site) and name it in svelte.config.js.'
  return `No start command found: package.json has no start script and no main file. Add "start": "${name} server.js" to its scripts.`
}

function noPackageJson(root: string, { name }: Runtime): Error {
  const where = root === '' ? 'the app' : visible(root)
  return hop3Error('config.node.package-json', `The ${name} toolchain was asked for, but ${where} has no package.json.`, {
    hint: `Run \`${name === 'bun' ? 'bun' : 'npm'} init -y\`, or remove ${name} from [build] toolchains in hop3.toml.`,
  })
}
