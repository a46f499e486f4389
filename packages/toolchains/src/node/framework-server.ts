/** How the server that a framework builds is started: where it is to listen is said in the words each of them knows. */
import { shellQuote } from '@hop3/core'
import { angularProject } from './angular.ts'
import { configured } from './config-file.ts'
import type { Framework } from './framework.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { directCommand } from './scripts.ts'
import type { Server } from './server.ts'
import { svelteKitServer } from './sveltekit.ts'

/** Undefined where the framework builds none that can be started here. */
export async function frameworkServer(app: NodeApp, { name, dependency }: Framework): Promise<Server | undefined> {
  return servers[name]?.(app, dependency)
}

const servers: Readonly<Record<string, (app: NodeApp, dependency: string) => Promise<Server | undefined>>> = {
  next: nextServer,
  nuxt: async (app, dependency) => nitro(app.origin(dependency)),
  'solid-start': async (app, dependency) => nitro(app.origin(dependency)),
  'tanstack-start': async (app) => {
    const builder = ['nitro', 'nitropack', '@tanstack/nitro-v2-vite-plugin'].find((one) => dependsOn(app, one))
    return builder === undefined ? undefined : nitro(app.origin(builder))
  },
  sveltekit: svelteKitServer,
  'react-router': async (app) => listening(app, '@react-router/serve', 'react-router-serve ./build/server/index.js'),
  remix: async (app) => {
    // Without Vite there is no directory for the server alone.
    const isVite = /\bvite:build\b/.test(app.scripts['build'] ?? '')
    return listening(app, '@remix-run/serve', `remix-serve ./build/${isVite ? 'server/' : ''}index.js`)
  },
  astro: async (app) => listening(app, '@astrojs/node', 'node ./dist/server/entry.mjs'),
  angular: async (app) => {
    const project = await angularProject(app)
    return project?.server === undefined ? undefined : { command: `node ${shellQuote(project.server)}`, origin: 'angular.json has ssr' }
  },
  // Its adapters for Node, Deno and Bun add the script.
  qwik: async (app) => {
    const command = app.scripts['build.server'] === undefined ? undefined : directCommand(app, 'serve')
    return command === undefined ? undefined : { command, origin: app.origin('serve') }
  },
  nest: async (app) => ({ command: directCommand(app, 'start:prod') ?? 'node dist/main', origin: app.origin('start:prod') }),
}

async function nextServer(app: NodeApp): Promise<Server> {
  const isStandalone = (await configured(app, 'next.config', /^[^/\n]*\boutput\s*:\s*['"](standalone)['"]/m)) !== undefined
  if (!isStandalone) return { command: 'next start --hostname "$BIND_ADDRESS" --port "$PORT"', origin: app.origin('next') }
  // It lies as deep as the app below the outermost lock file, in its workspace or wherever it is built; and it lacks what a CDN would serve.
  const find = 'find standalone -name server.js -not -path "*/node_modules/*" | sort | head -n 1'
  const files = ['static "$dir/.next/"', ...((await app.source.hasDirectory('public')) ? ['../public "$dir/"'] : [])]
  return {
    command: `HOSTNAME="$BIND_ADDRESS" node .next/${served}/server.js`,
    origin: "next.config says output: 'standalone'",
    afterBuild: [
      `cd .next && dir=$(dirname "$(${find})") && ${files.map((words) => `cp -R ${words}`).join(' && ')} && ln -sfn "$dir" ${served}`,
    ],
  }
}

const served = 'standalone-app'

function nitro(origin: string): Server {
  return { command: 'HOST="$BIND_ADDRESS" node .output/server/index.mjs', origin }
}

function listening(app: NodeApp, dependency: string, command: string): Server | undefined {
  return dependsOn(app, dependency) ? { command: `HOST="$BIND_ADDRESS" ${command}`, origin: app.origin(dependency) } : undefined
}
