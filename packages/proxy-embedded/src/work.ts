import type { ProxyWork } from '@hop3/core'
import { checkTls, checkWish, routesIn, type ProxyAbility } from '@hop3/core/routes'
import { applyRoutes, removeRoutes, urlOf } from './apply-route.ts'
import { runningServer, servedRelease } from './running-server.ts'
import { serverPaths } from './server-paths.ts'
import { stopServer } from './stop-server.ts'

const ability: ProxyAbility = { name: 'embedded', speaksUwsgi: false, certificates: [] }

export const work: ProxyWork = {
  async accept() {
    if (process.platform === 'win32') return { accepted: false, reason: 'it needs unix sockets, which Windows does not have' }
    return { accepted: true, reason: 'it needs nothing but the Node.js that runs Hop3' }
  },
  async check(context, wish) {
    await checkTls(context, ability)
    await checkWish(serverPaths(context.directories).routes, wish, ability)
  },
  async applyAll(context, routes) {
    await checkTls(context, ability)
    return applyRoutes(context, routes, ability)
  },
  removeAll: removeRoutes,
  serving: servedRelease,
  url: urlOf,
  running: runningServer,
  routes: ({ directories }) => routesIn(serverPaths(directories).routes),
  stop: stopServer,
}
