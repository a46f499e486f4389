/** How a Node app's server starts. */
import type { Framework } from './framework.ts'
import { frameworkServer } from './framework-server.ts'
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
}

/** The author's start script, else the framework's server, else the file that package.json or its name says; undefined when there is none. */
export async function serverOf({ app, runtime, framework, script, run }: ServerRequest): Promise<Server | undefined> {
  const text = app.scripts[script]
  const isTemplate = text !== undefined && (framework?.templateStart?.test(text.trim()) ?? false)
  if (text !== undefined && !isTemplate) return { command: directCommand(app, script) ?? run(script), origin: app.origin(script) }
  const own = framework === undefined ? undefined : await frameworkServer(app, framework)
  if (own !== undefined) return own
  const entry = await runtime.entry(app)
  if (entry !== undefined) return { command: `${runtime.name} ${entry.file}`, origin: entry.origin }
  return text === undefined || framework?.needsAdapter === true
    ? undefined
    : { command: directCommand(app, script) ?? run(script), origin: app.origin(script) }
}
