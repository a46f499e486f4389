/** `@hop3/proxy-nginx`: routes served by the host's nginx, as a process of its own for this home. The work is loaded when it is asked for. */
import { definePlugin, type Proxy, type ProxyFactory } from '@hop3/core'
import type { ProxyAbility } from '@hop3/core/routes'

const ability: ProxyAbility = { name: 'nginx', speaksUwsgi: true }

export const nginxProxy: ProxyFactory = {
  name: 'nginx',
  onlyByName: true,
  create: (context): Proxy => ({
    name: 'nginx',
    async accept() {
      const { nginxVerdict } = await import('./nginx-program.ts')
      return nginxVerdict(context)
    },
    async check(wish) {
      const [{ checkWish }, { nginxPaths }] = await Promise.all([import('@hop3/core/routes'), import('./nginx-paths.ts')])
      await checkWish(nginxPaths(context.directories).routes, wish, ability)
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
      const { stopNginx } = await import('./apply-route.ts')
      await stopNginx(context)
    },
  }),
}

export default definePlugin({ protocol: 1, proxies: [nginxProxy] })
