/** What Caddy serves now. Starts nothing, changes nothing. */
import { checkAppName, type ProxyContext } from '@hop3/core'
import { appUrl, liveProxy, routesIn, seenAt } from '@hop3/core/routes'
import { caddyPaths } from './caddy-paths.ts'

/** The release the app's name leads to in the running Caddy, if that listens where it should. */
export async function servedRelease(context: ProxyContext, appName: string): Promise<string | undefined> {
  const server = await liveProxy(caddyPaths(context.directories).record)
  if (server === undefined || server.listen.address !== context.listen.address || server.listen.port !== context.listen.port)
    return undefined
  const seen = await seenAt(server.listen, `${checkAppName(appName)}.localhost`, server.token)
  return seen?.release
}

export async function runningServer({ directories }: ProxyContext): Promise<{ readonly pid: number; readonly port: number } | undefined> {
  const server = await liveProxy(caddyPaths(directories).record)
  return server && { pid: server.pid, port: server.listen.port }
}

export async function urlOf({ directories }: ProxyContext, appName: string): Promise<string | undefined> {
  const paths = caddyPaths(directories)
  const server = await liveProxy(paths.record)
  const route = (await routesIn(paths.routes)).find((one) => one.appName === appName)
  return server && route && appUrl(route, server.listen)
}
