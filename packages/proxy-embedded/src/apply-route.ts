/** Makes a route live: file, switch, proof, and back to the last good one when any of them fails. */
import { checkAppName, hop3Error, isHop3Error, writeFileAtomic, type ProxyContext, type Route } from '@hop3/core'
import { appUrl, checkRoute, formatRoute, hostTaken, parseRoute, portTaken, type ProxyAbility } from '@hop3/core/routes'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { askServer } from './control-client.ts'
import type { ServerRecord } from './control-protocol.ts'
import { serverPaths } from './server-paths.ts'
import { ensureServer, serverOf } from './server-process.ts'
import { verifyRoute } from './verify-route.ts'

/** See `Proxy.apply`. Throws `deploy.proxy.*`. */
export async function applyRoute(context: ProxyContext, route: Route, ability: ProxyAbility): Promise<string> {
  checkRoute(route, ability)
  const paths = serverPaths(context.directories)
  const server = await ensureServer(context)
  const file = join(paths.routes, `${route.appName}.json`)
  const lastGood = await readLastGood(file, route)
  try {
    await writeFileAtomic(file, formatRoute(route))
    await load(context, server, route)
    await verifyRoute(context, server, route)
  } catch (error) {
    await restore(server, route.appName, file, lastGood)
    throw isHop3Error(error) ? error : failed(route, error)
  }
  return appUrl(route, server)
}

/** See `Proxy.url`. */
export async function urlOf({ directories }: ProxyContext, appName: string): Promise<string | undefined> {
  const paths = serverPaths(directories)
  const server = await serverOf(paths)
  const route = server && parseRoute(await readFile(join(paths.routes, `${checkAppName(appName)}.json`), 'utf8').catch(() => ''))
  return server && route && appUrl(route, server)
}

/** Undefined when there is none. One that cannot be read is there all the same: whoever took it for none would remove it. */
async function readLastGood(file: string, route: Route): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw failed(route, error)
  }
}

/** See `Proxy.remove`. Works without a server: the file is what counts. */
export async function removeRoute(context: ProxyContext, appName: string): Promise<void> {
  const paths = serverPaths(context.directories)
  await rm(join(paths.routes, `${checkAppName(appName)}.json`), { force: true })
  const server = await serverOf(paths)
  if (server !== undefined) await askServer(server.socket, { do: 'drop', app: appName }).catch(ignoreGone)
}

async function load(context: ProxyContext, server: ServerRecord, route: Route): Promise<void> {
  const answer = await askServer(server.socket, { do: 'load', app: route.appName, shared: (context.beside ?? []).length > 0 })
  if (answer.ok) return
  if (answer.problem === 'port-taken') throw await portTaken(context, answer)
  const attempted = `Cannot route ${route.appName} to ${route.release}: ${answer.message}.`
  if (answer.problem === 'host-taken') throw hostTaken(attempted)
  throw hop3Error('deploy.proxy.failed', attempted, { hint: `The proxy's log is ${serverPaths(context.directories).log}.` })
}

/** The old file is back even when the server has just died: the next one reads it. */
async function restore(server: ServerRecord, appName: string, file: string, lastGood: string | undefined): Promise<void> {
  if (lastGood === undefined) await rm(file, { force: true })
  else await writeFileAtomic(file, lastGood)
  await askServer(server.socket, lastGood === undefined ? { do: 'drop', app: appName } : { do: 'load', app: appName, shared: false }).catch(
    ignoreGone,
  )
}

function failed(route: Route, error: unknown): Error {
  const seen = error instanceof Error ? error.message : String(error)
  return hop3Error('deploy.proxy.failed', `Cannot route ${route.appName} to ${route.release}: ${seen}.`, {
    hint: 'The route before it serves again. Run the command once more; if it fails again, the log of the proxy says why.',
    cause: error,
  })
}

function ignoreGone(error: unknown): void {
  if (isHop3Error(error) && error.code === 'deploy.proxy.control') return
  throw error
}
