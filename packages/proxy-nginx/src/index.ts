/** `@hop3/proxy-nginx`: routes served by the host's nginx, as a process of its own for this home. The work is loaded when it is asked for. */
import { definePlugin, lazyProxy } from '@hop3/core'

export const nginxProxy = lazyProxy({ name: 'nginx', onlyByName: true }, () => import('./nginx-program.ts'))

export default definePlugin({ protocol: 1, proxies: [nginxProxy] })
