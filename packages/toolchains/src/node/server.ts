/** How a Node app's server starts. */
import { bareCommandWarning } from '../bare-command.ts'
import { ownCommand } from './built-package.ts'
import type { Framework } from './framework.ts'
import { frameworkServer } from './framework-server.ts'
import { missingStart } from './missing-input.ts'
import type { NodeApp } from './package-json.ts'
import type { Runtime } from './runtime.ts'
import { directCommand } from './scripts.ts'

export interface Server {
  readonly command: string
  readonly origin: string
  readonly envVars?: Readonly<Record<string, string>>
  /** Commands that complete what the build made. */
  readonly afterBuild?: readonly string[]
  readonly buildVariables?: Readonly<Record<string, string>>
  /** A package, with its version, that the build needs and the app does not list. */
  readonly installs?: string
  readonly warning?: string
}

export interface ServerRequest {
  readonly app: NodeApp
  readonly runtime: Runtime
  readonly framework: Framework | undefined
  /** The start script's name. */
  readonly script: string
  /** The command that runs a script. */
  readonly run: (script: string) => string
  /** Whether a build may make what the script starts. */
  readonly isBuilt: boolean
}

/** The author's start script, else the framework's server, else the file that package.json or its name says; undefined when there is none. */
export async function serverOf({ app, runtime, framework, script, run, isBuilt }: ServerRequest): Promise<Server | undefined> {
  const text = app.scripts[script]
  const isTemplate = text !== undefined && (framework?.templateStart?.test(text.trim()) ?? false)
  if (text !== undefined && !isTemplate) {
    const scripted: Server = { command: directCommand(app, script) ?? run(script), origin: app.origin(script) }
    const missing = await missingStart(app, script, isBuilt)
    return missing === undefined ? scripted : withoutFile(app, runtime, scripted, missing)
  }
  const own = framework === undefined ? undefined : await frameworkServer(app, framework)
  if (own !== undefined) return own
  // What starts an app on phones is its main file.
  const entry = framework?.name === 'expo' ? undefined : await runtime.entry(app)
  if (entry !== undefined) return { command: `${runtime.name} ${entry.file}`, origin: entry.origin }
  if (text === undefined || framework?.needsAdapter === true) return undefined
  const origin = app.origin(script)
  return { command: directCommand(app, script) ?? run(script), origin, warning: developmentWarning(origin, framework, runtime) }
}

/** The command that the package brings, where there is one; else the script, which may have its file from a phase that the app's author writes. */
async function withoutFile(app: NodeApp, { name }: Runtime, scripted: Server, missing: string): Promise<Server> {
  const what = `${scripted.origin} starts ${missing}, which is not in the source`
  const own = await ownCommand(app)
  if (own === undefined) return { ...scripted, warning: `${what}, and no script builds it: it will not start.` }
  const command = `${name} ${own.file}`
  const warning = `${what}; the command of the package, ${own.name}, is started instead. ${bareCommandWarning(command)}`
  return { command, origin: app.origin('bin'), warning }
}

function developmentWarning(origin: string, framework: Framework | undefined, { name }: Runtime): string {
  return `${origin} starts the server that ${framework?.name ?? 'the framework'} has for development: if the build writes a site, name its directory with output_directory = "…" under [build.${name}] in hop3.toml, else start what serves it.`
}
