/** How a Node app's server starts. */
import { textAt } from '../value-at.ts'
import type { Framework } from './framework.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { directCommand } from './scripts.ts'

export interface Server {
  readonly command: string
  readonly origin: string
  readonly envVars?: Readonly<Record<string, string>>
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
  const own = framework === undefined ? undefined : frameworkServer(app, framework)
  if (own !== undefined) return own
  const main = textAt(app.data, 'main')?.replace(/^\.\//, '')
  if (main !== undefined && /^[\w@./-]+$/.test(main) && !main.startsWith('-') && (await app.source.hasFile(main)))
    return { command: `node ${main}`, origin: app.origin('main') }
  const entry = entryFiles.find((name) => app.names.includes(name))
  if (entry !== undefined) return { command: `node ${entry}`, origin: entry }
  return text === undefined ? undefined : { command: directCommand(app, script) ?? run(script), origin: app.origin(script) }
}

function frameworkServer(app: NodeApp, { name }: Framework): Server | undefined {
  switch (name) {
    case 'next':
      return { command: 'next start --hostname "$BIND_ADDRESS" --port "$PORT"', origin: app.origin('next') }
    case 'nuxt':
      return { command: 'HOST="$BIND_ADDRESS" node .output/server/index.mjs', origin: app.origin('nuxt') }
    case 'sveltekit':
      if (!dependsOn(app, '@sveltejs/adapter-node')) return undefined
      // Without these the server takes every form it is sent for a foreign one: it cannot know the name the proxy gave it.
      return {
        command: 'HOST="$BIND_ADDRESS" node build',
        origin: app.origin('@sveltejs/adapter-node'),
        envVars: { PROTOCOL_HEADER: 'x-forwarded-proto', HOST_HEADER: 'x-forwarded-host' },
      }
    case 'react-router':
      return dependsOn(app, '@react-router/serve')
        ? { command: 'HOST="$BIND_ADDRESS" react-router-serve ./build/server/index.js', origin: app.origin('@react-router/serve') }
        : undefined
    case 'remix':
      return dependsOn(app, '@remix-run/serve')
        ? { command: 'HOST="$BIND_ADDRESS" remix-serve ./build/server/index.js', origin: app.origin('@remix-run/serve') }
        : undefined
    case 'astro':
      return dependsOn(app, '@astrojs/node')
        ? { command: 'HOST="$BIND_ADDRESS" node ./dist/server/entry.mjs', origin: app.origin('@astrojs/node') }
        : undefined
    case 'nest':
      return { command: directCommand(app, 'start:prod') ?? 'node dist/main', origin: app.origin('start:prod') }
    default:
      return undefined
  }
}
