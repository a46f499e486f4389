/** How a Node app's server starts. */
import { textAt } from '../value-at.ts'
import type { Framework } from './framework.ts'
import { frameworkServer } from './framework-server.ts'
import type { NodeApp } from './package-json.ts'
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

const entryFiles = [
  'server.js',
  'server.mjs',
  'server.cjs',
  'index.js',
  'index.mjs',
  'index.cjs',
  'app.js',
  'app.mjs',
  'main.js',
  'server.ts',
  'index.ts',
]

/** The author's start script, else the framework's server, else `main`, else a file of a usual name; undefined when there is none. */
export async function serverOf(
  app: NodeApp,
  framework: Framework | undefined,
  script: string,
  run: (script: string) => string,
): Promise<Server | undefined> {
  const text = app.scripts[script]
  const isTemplate = text !== undefined && (framework?.templateStart?.test(text.trim()) ?? false)
  if (text !== undefined && !isTemplate) return { command: directCommand(app, script) ?? run(script), origin: app.origin(script) }
  const own = framework === undefined ? undefined : await frameworkServer(app, framework)
  if (own !== undefined) return own
  const main = textAt(app.data, 'main')?.replace(/^\.\//, '')
  if (main !== undefined && /^[\w@./-]+$/.test(main) && !main.startsWith('-') && (await app.source.hasFile(main)))
    return { command: `node ${main}`, origin: app.origin('main') }
  const entry = entryFiles.find((name) => app.names.includes(name))
  if (entry !== undefined) return { command: `node ${entry}`, origin: entry }
  return text === undefined ? undefined : { command: directCommand(app, script) ?? run(script), origin: app.origin(script) }
}
