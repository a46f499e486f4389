/** SvelteKit's adapters: what each of them makes of the app. */
import { configNaming } from './config-file.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import type { Server } from './server.ts'

const adapter = '@sveltejs/adapter-node'

/**
 * The server of adapter-node. With adapter-auto, which knows the platforms of some companies and builds nothing anywhere else, adapter-node
 * is installed besides, and adapter-auto told to take it.
 */
export async function svelteKitServer(app: NodeApp): Promise<Server | undefined> {
  if (dependsOn(app, adapter)) return { ...server, origin: app.origin(adapter) }
  const others = Object.keys(app.dependencies).filter((name) => /(?:^|\/)(?:svelte-)?adapter-/.test(name))
  if (!dependsOn(app, '@sveltejs/adapter-auto') || others.length > 1) return undefined
  const config = (await configNaming(app, ['svelte.config', 'vite.config'], 'adapter-auto')) ?? 'svelte.config.js'
  return {
    ...server,
    origin: `${app.origin('@sveltejs/adapter-auto')} with adapter-node`,
    installs: `${adapter}@5`,
    // The one platform of its list that runs a Node server.
    buildVariables: { GCP_BUILDPACKS: '1' },
    warning: `SvelteKit's adapter-auto builds no server for a host of your own: ${adapter} is used instead, in the newest version 5. Pin it: npm install -D ${adapter}, and in ${config} write import adapter from '${adapter}'.`,
  }
}

// Without these headers the server takes every form it is sent for a foreign one: it cannot know the name the proxy gave it.
const server = {
  command: 'HOST="$BIND_ADDRESS" node build',
  envVars: { PROTOCOL_HEADER: 'x-forwarded-proto', HOST_HEADER: 'x-forwarded-host' },
}
