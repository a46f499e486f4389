/** `@hop3/proxy-embedded`: the reverse proxy that needs no server installed. The work is loaded when it is asked for. */
import { definePlugin, type Proxy, type ProxyFactory } from '@hop3/core'
import type { ProxyAbility } from '@hop3/core/routes'

const ability: ProxyAbility = { name: 'embedded', speaksUwsgi: false }

export const embeddedProxy: ProxyFactory = {
  name: 'embedded',
  create: (context): Proxy => ({
    name: 'embedded',
    async accept() {
      if (process.platform === 'win32') return { accepted: false, reason: 'it needs unix sockets, which Windows does not have' }
      return { accepted: true, reason: 'it needs nothing but the Node.js that runs Hop3' }
    },
    async check(wish) {
      const [{ checkWish }, { serverPaths }] = await Promise.all([import('@hop3/core/routes'), import('./server-paths.ts')])
      await checkWish(serverPaths(context.directories).routes, wish, ability)
    },
    async apply(route) {
      const { applyRoute } = await import('./apply-route.ts')
      return applyRoute(context, route, ability)
    },
    async remove(appName) {
      const { removeRoute } = await import('./apply-route.ts')
      await removeRoute(context, appName)
    },
    async serves(appName, release) {
      const { servedRelease } = await import('./server-process.ts')
      return (await servedRelease(context, appName)) === release
    },
    async url(appName) {
      const { urlOf } = await import('./apply-route.ts')
      return urlOf(context, appName)
    },
    async running() {
      const { runningServer } = await import('./server-process.ts')
      return runningServer(context)
    },
    async stop() {
      const { stopServer } = await import('./server-process.ts')
      await stopServer(context)
    },
  }),
}

export default definePlugin({ protocol: 1, proxies: [embeddedProxy] })
