/** `@hop3/proxy-embedded`: the reverse proxy that needs no server installed. The work is loaded when it is asked for. */
import { definePlugin, lazyProxy } from '@hop3/core'

export const embeddedProxy = lazyProxy({ name: 'embedded' }, () => import('./work.ts'))

export default definePlugin({ protocol: 1, proxies: [embeddedProxy] })
