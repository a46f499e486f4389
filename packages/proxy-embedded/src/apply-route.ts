/** Makes routes live: files, switch, proof, and back to the last good ones when any of them fails. */
import { checkAppName, hop3Error, isHop3Error, writeFileAtomic, type ProxyContext, type Route } from '@hop3/core'
import {
  appUrl,
  checkRoute,
  formatRoute,
  goBack,
  hostTaken,
  portTaken,
  routeFailure,
  type Attempt,
  type ProxyAbility,
} from '@hop3/core/routes'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { askServer } from './control-client.ts'
import type { ServerRecord } from './control-protocol.ts'
import { serverPaths, type ServerPaths } from './server-paths.ts'
import { serverOf } from './running-server.ts'
import { ensureServer } from './start-server.ts'
import { verifyRoute } from './verify-route.ts'

/** See `Proxy.applyAll`. Throws `deploy.proxy.*`. */
export async function applyRoutes(
  context: ProxyContext,
  routes: readonly Route[],
  ability: ProxyAbility,
): Promise<Readonly<Record<string, string>>> {
  for (const route of routes) checkRoute(route, ability)
  const paths = serverPaths(context.directories)
  // A server that starts reads all routes there are, so that beside another proxy it knows every name at once. Else a route is written for one
  // that runs: what is killed in between has made none.
  const isBeside = (context.beside ?? []).length > 0
  let server = isBeside || routes.length > 1 ? undefined : await ensureServer(context)
  await mkdir(paths.routes, { recursive: true, mode: 0o700 })
  const written: Written[] = []
  try {
    for (const route of routes) {
      const file = join(paths.routes, `${route.appName}.json`)
      written.push({ appName: route.appName, file, lastGood: await readLastGood(file, route, paths) })
      await writeFileAtomic(file, formatRoute(route))
    }
    const serving = (server ??= await ensureServer(context))
    for (const route of routes) await load(context, serving, route)
    await Promise.all(routes.map((route) => verifyRoute(context, serving, route)))
    return Object.fromEntries(routes.map((route) => [route.appName, appUrl(route, serving)]))
  } catch (error) {
    const cause = await goBack(error, async (attempt) => {
      for (const one of written) await restore(server, one, attempt)
    })
    throw isHop3Error(cause) ? cause : failed(routes, cause, paths)
  }
}

interface Written {
  readonly appName: string
  readonly file: string
  /** What was in the file before. */
  readonly lastGood: string | undefined
}

/** See `Proxy.url`. */
export async function urlOf({ directories }: ProxyContext, route: Route): Promise<string | undefined> {
  const server = await serverOf(serverPaths(directories))
  return server && appUrl(route, server)
}

/** Undefined when there is none. One that cannot be read is there all the same: whoever took it for none would remove it. */
async function readLastGood(file: string, route: Route, paths: ServerPaths): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw failed([route], error, paths)
  }
}

/** See `Proxy.removeAll`. Works without a server: the files are what counts. */
export async function removeRoutes(context: ProxyContext, appNames: readonly string[]): Promise<void> {
  const paths = serverPaths(context.directories)
  for (const name of appNames) checkAppName(name)
  const server = await serverOf(paths)
  for (const app of appNames) {
    // In this order: what is killed in between is found by its file, and taken away again.
    if (server !== undefined) await askServer(server.socket, { do: 'drop', app }).catch(ignoreGone)
    await rm(join(paths.routes, `${app}.json`), { force: true })
  }
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
async function restore(server: ServerRecord | undefined, { appName, file, lastGood }: Written, attempt: Attempt): Promise<void> {
  await attempt(() => (lastGood === undefined ? rm(file, { force: true }) : writeFileAtomic(file, lastGood)))
  if (server === undefined) return
  const back = lastGood === undefined ? ({ do: 'drop', app: appName } as const) : ({ do: 'load', app: appName, shared: false } as const)
  await attempt(() => askServer(server.socket, back).catch(ignoreGone))
}

function failed(routes: readonly Route[], error: unknown, { log }: ServerPaths): Error {
  return routeFailure(routes, error, { title: 'the proxy', log })
}

function ignoreGone(error: unknown): void {
  if (isHop3Error(error) && error.code === 'deploy.proxy.control') return
  throw error
}
