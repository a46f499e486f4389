import { hop3Error, joinPaths, visible, withoutTrailingSlashes } from '@hop3/core'
import type { ToolchainContext, ToolchainPlan } from '@hop3/core'
import { bareCommandWarning } from '../bare-command.ts'
import { readOptions } from '../read-options.ts'
import { readableText } from '../readable-text.ts'
import { nodeOptions } from './options.ts'
import { fixedWordWarning, listeningWarnings } from './listens.ts'
import type { NodeOptions } from './options.ts'
import { buildPhase } from './build-phase.ts'
import { isBuiltAlready, isPublished } from './built-package.ts'
import { decisionsOf } from './decisions.ts'
import type { Framework } from './framework.ts'
import { missingInput } from './missing-input.ts'
import type { ManagerChoice } from './manager.ts'
import type { NodeApp } from './package-json.ts'
import { installPhase, readPackage } from './package-parts.ts'
import { readsWords } from './reads-words.ts'
import { fileOf } from './run-by-bun.ts'
import { bunRuntime, nodeRuntime } from './runtime.ts'
import type { Runtime } from './runtime.ts'
import { hasOwnStart, installScript } from './scripts.ts'
import { serverOf } from './server.ts'
import type { Server } from './server.ts'
import { siteOf } from './site.ts'
import type { Site } from './site.ts'
import { usersInstall } from './users-install.ts'
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
  const parts = await readPackage({ workspace, context, runtime, options })
  const { choice, commands, framework, script, binaries } = parts
  const { app } = workspace
  const site = await chooseSite(app, framework, script === undefined ? framework?.buildCommand : app.scripts[script], options, runtime)
  const unbuilt = await withoutBuild(workspace, script, choice)
  const isBuilt = script !== undefined && unbuilt === undefined
  const server =
    site === undefined
      ? await serverOf({ app, runtime, framework, script: options.startScript ?? 'start', run: commands.run, isBuilt })
      : undefined
  const build = unbuilt?.isDone === true ? undefined : await buildPhase({ workspace, framework, script, site, server, choice, commands })
  const startWarnings = [
    ...(server?.warning === undefined ? [] : [server.warning]),
    ...(server === undefined ? [] : await portWarning(app, server, runtime)),
    ...(site === undefined && server === undefined && framework?.isPart !== true ? [noStart(framework, runtime)] : []),
  ]
  const processes = site === undefined ? server && { web: server.command } : { static: joinPaths(app.directory, site.directory) }
  return {
    kind: site === undefined ? runtime.name : 'static',
    phases: {
      install: installPhase(
        parts,
        server,
        choice.manager === 'npm' && (unbuilt?.isDone === true || (build === undefined && app === workspace.top && isPublished(app)))
          ? await usersInstall(app, server, choice.lock)
          : undefined,
      ),
      ...(build && { build: build.phase }),
    },
    processes: processes ?? {},
    versions: parts.versions,
    // node_modules of any depth; what the build writes, only where it does.
    exclude: ['node_modules', ...(build?.phase.outputs ?? []).map((path) => `/${path}`)],
    runtime: {
      envVars: { NODE_ENV: 'production', ...server?.envVars },
      pathPrepend: [...binaries],
      ...(site !== undefined && { spa: site.spa }),
    },
    decisions: decisionsOf({ runtime, workspace, choice, site, server, framework, install: parts.install, build }),
    warnings: [...choice.warnings, ...(unbuilt === undefined ? [] : [unbuilt.warning]), ...startWarnings],
    startWarnings,
  }
}

/** Where the build script works on what is not there; `isDone` where what it makes is. */
async function withoutBuild(
  { app, top }: NodeWorkspace,
  script: string | undefined,
  { manager }: ManagerChoice,
): Promise<{ readonly isDone: boolean; readonly warning: string } | undefined> {
  const missing = script === undefined || app !== top ? undefined : await missingInput(app, script)
  if (script === undefined || missing === undefined) return undefined
  // Where installing builds as well, only npm can be kept from it and still have packages run theirs.
  const isDone = (manager === 'npm' || installScript(app) === undefined) && (await isBuiltAlready(app))
  const then = isDone ? 'it is not built, and what is there is taken for what the build makes' : 'the build fails unless something makes it'
  return { isDone, warning: `${app.origin(script)} builds with ${missing}, which is not in the source: ${then}.` }
}

/** The author's start script beats what the framework could be: somebody who writes a server wants it run. */
async function chooseSite(
  app: NodeApp,
  framework: Framework | undefined,
  buildText: string | undefined,
  options: NodeOptions,
  runtime: Runtime,
): Promise<Site | undefined> {
  const asked = options.outputDirectory === undefined ? undefined : withoutTrailingSlashes(options.outputDirectory.replace(/^\.\//, ''))
  const isOwnStart = hasOwnStart(app, options.startScript)
  const found =
    framework === undefined || buildText === undefined || (isOwnStart && asked === undefined)
      ? undefined
      : await siteOf(app, framework, buildText)
  if (asked !== undefined)
    return { directory: asked, spa: options.spa ?? found?.spa ?? false, reason: `hop3.toml [build.${runtime.name}] output_directory` }
  return found === undefined ? undefined : { ...found, spa: options.spa ?? found.spa }
}

/** The file that a command without anything else starts. */
const nodeFile = /^(?:\w+=\S+ )*node (?:-\S+ )*([\w@][\w@./-]*\.[cm]?[jt]s)$/

/** The same with words behind it, as Node is told it. */
const startedFile = /^(?:\w+=\S+ )*node (?:-\S+ )*([\w@.][\w@./-]*)(?= [^&|;<>]*$|$)/

async function portWarning(app: NodeApp, server: Server, { name }: Runtime): Promise<readonly string[]> {
  const file = name === 'bun' ? fileOf(server.command) : nodeFile.exec(server.command)?.[1]
  const text = file !== undefined && (await app.source.hasFile(file)) ? await readableText(app.source, file) : undefined
  const words = fixedWordWarning(server.command, server.origin)
  const found = file === undefined ? [] : listeningWarnings(name, joinPaths(app.directory, file), text, server.command)
  if (words.length > 0 || found.length > 0) return words.length > 0 ? words : found
  const started = /\bPORT\b/.test(server.command) ? undefined : startedFile.exec(server.command)?.[1]
  return started !== undefined && (await readsWords(app, started)) ? [bareCommandWarning(server.command)] : []
}

function noStart(framework: Framework | undefined, { name }: Runtime): string {
  if (framework?.name === 'tanstack-start')
    return "TanStack Start builds no program to start: npm install nitro, and add nitro() of 'nitro/vite' to the plugins of vite.config.ts."
  if (framework?.name === 'sveltekit')
    return 'SvelteKit has no adapter that fits a server of your own: npm install -D @sveltejs/adapter-node (or adapter-static for a site) and name it in svelte.config.js.'
  if (framework?.name === 'expo')
    return "Expo's app is for phones, and nothing serves it: npx expo install react-dom react-native-web makes a site of it, too."
  if (framework?.name === 'qwik')
    return 'Qwik City has no adapter, so its build makes no server to start: npm run qwik add express (or node-server, or static for a site), and commit what that adds.'
  return `No start command found: package.json has no start script and no main file. Add "start": "${name} server.js" to its scripts.`
}

function noPackageJson(root: string, { name }: Runtime): Error {
  const where = root === '' ? 'the app' : visible(root)
  return hop3Error('config.node.package-json', `The ${name} toolchain was asked for, but ${where} has no package.json.`, {
    hint: `Run \`${name === 'bun' ? 'bun' : 'npm'} init -y\`, or remove ${name} from [build] toolchains in hop3.toml.`,
  })
}
