/** `@hop3/proxy-caddy`: routes served by the host's Caddy, as a process of its own for this home. The work is loaded when it is asked for. */
import { definePlugin, lazyProxy } from '@hop3/core'

export const caddyProxy = lazyProxy({ name: 'caddy', onlyByName: true }, () => import('./caddy-program.ts'))

export default definePlugin({ protocol: 1, proxies: [caddyProxy] })
