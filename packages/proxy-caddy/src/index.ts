/** `@hop3/proxy-caddy`: routes served by the host's Caddy, as a process of its own for this home. The work is loaded when it is asked for. */
import { definePlugin, type Proxy, type ProxyFactory } from '@hop3/core'
import type { ProxyAbility } from '@hop3/core/routes'

const ability: ProxyAbility = { name: 'caddy', speaksUwsgi: false }

export const caddyProxy: ProxyFactory = {
  name: 'caddy',
  onlyByName: true,
  create: (context): Proxy => ({
    name: 'caddy',
    async accept() {
      const { caddyVerdict } = await import('./caddy-program.ts')
      return caddyVerdict(context)
    },
    async check(wish) {
      const [{ checkWish }, { caddyPaths }] = await Promise.all([import('@hop3/core/routes'), import('./caddy-paths.ts')])
      await checkWish(caddyPaths(context.directories).routes, wish, ability)
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
      const { servedRelease } = await import('./served.ts')
      return (await servedRelease(context, appName)) === release
    },
    async url(appName) {
      const { urlOf } = await import('./served.ts')
      return urlOf(context, appName)
    },
    async running() {
      const { runningServer } = await import('./served.ts')
      return runningServer(context)
    },
    async stop() {
      const { stopCaddy } = await import('./apply-route.ts')
      await stopCaddy(context)
    },
  }),
}

export default definePlugin({ protocol: 1, proxies: [caddyProxy] })
