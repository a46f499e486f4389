/** Makes a route live: a generation with it, nginx's own check, switch, proof, and back to the last good one when any of them fails. */
import { checkAppName, hop3Error, isHop3Error, writeFileAtomic, type ProxyContext, type Route } from '@hop3/core'
import {
  appUrl,
  checkFreeNames,
  checkRoute,
  liveProxy,
  portProblem,
  portTaken,
  proveRoute,
  proveUpstreams,
  type ProxyAbility,
  type ProxyRecord,
} from '@hop3/core/routes'
import { randomBytes } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { generationOf, pointAt, provedRoutes, removeGenerations, writeGeneration } from './generation.ts'
import { nginxPaths, type NginxPaths } from './nginx-paths.ts'
import { endNginx, reloadNginx, startNginx, testConfig } from './nginx-process.ts'
import { withProxyLock } from './proxy-lock.ts'

/** See `Proxy.apply`. Throws `deploy.proxy.*`. */
export async function applyRoute(context: ProxyContext, route: Route, ability: ProxyAbility): Promise<string> {
  checkRoute(route, ability)
  const paths = nginxPaths(context.directories)
  await withProxyLock(context, paths.lock, async () => {
    const others = (await provedRoutes(paths)).filter(({ appName }) => appName !== route.appName)
    checkFreeNames(route, others)
    await proveUpstreams(route)
    await serve(context, paths, [...others, route], (server, generation) => proveRoute(server, route, generation))
  }).catch((error: unknown) => {
    throw isHop3Error(error) ? error : failed(route, error, paths)
  })
  return appUrl(route, context.listen)
}

/** See `Proxy.remove`. Works without nginx: then the next one starts without the app. */
export async function removeRoute(context: ProxyContext, appName: string): Promise<void> {
  checkAppName(appName)
  const paths = nginxPaths(context.directories)
  if (!(await exists(paths.directory))) return
  await withProxyLock(context, paths.lock, async () => {
    const routes = await provedRoutes(paths)
    const others = routes.filter((route) => route.appName !== appName)
    if (others.length === routes.length) return
    await serve(context, paths, others, async () => {})
  })
}

/** See `Proxy.stop`. */
export async function stopNginx(context: ProxyContext): Promise<void> {
  const paths = nginxPaths(context.directories)
  if (!(await exists(paths.directory))) return
  await withProxyLock(context, paths.lock, async () => endNginx(context, paths, await liveProxy(paths.record)))
}

/** The whole of it: what the links lead to after a kill at any point is put right by the next, which builds on what was proved. */
async function serve(
  context: ProxyContext,
  paths: NginxPaths,
  routes: readonly Route[],
  prove: (server: ProxyRecord, generation: string) => Promise<void>,
): Promise<void> {
  const server = await liveProxy(paths.record)
  const good = await generationOf(paths.proved)
  const token = server?.token ?? randomBytes(24).toString('hex')
  const generation = randomBytes(6).toString('hex')
  const path = join(paths.generations, generation)
  await writeGeneration(factsFor(context, paths, { token, generation, path }), routes)
  try {
    await testConfig(context, paths, join(path, 'nginx.conf'))
    // A removed app needs no nginx to be started for.
    if (server === undefined && routes.length === 0) return await settle(paths, generation)
    if (server === undefined) await endNginx(context, paths, undefined)
    await checkPorts(context, server, routes, await provedRoutes(paths))
    await pointAt(paths.current, generation)
    const running = server === undefined ? await startNginx(context, paths, token, generation) : server
    if (server !== undefined) await reloadNginx(context, paths, server, generation)
    await prove({ ...running, listen: context.listen }, generation)
    await recordListen(context, paths, running)
    await settle(paths, generation)
  } catch (error) {
    await restore(context, paths, server, good)
    await removeGenerations(paths, [good])
    throw error
  }
}

function factsFor(
  { directories, listen, accessLog = false }: ProxyContext,
  paths: NginxPaths,
  made: { token: string; generation: string; path: string },
) {
  const { directory, parting } = paths
  return { listen, accessLog, isRoot: process.getuid?.() === 0, directory, logs: directories.logs, parting, ...made }
}

async function settle(paths: NginxPaths, generation: string): Promise<void> {
  await pointAt(paths.current, generation)
  await pointAt(paths.proved, generation)
  await removeGenerations(paths, [generation])
}

/** Nothing that was proved and nothing that ran: nothing runs. */
async function restore(context: ProxyContext, paths: NginxPaths, server: ProxyRecord | undefined, good: string | undefined): Promise<void> {
  const now = await generationOf(paths.current)
  if (good !== undefined && now !== good) await pointAt(paths.current, good)
  if (server === undefined) return endNginx(context, paths, await liveProxy(paths.record))
  if (now !== good && good !== undefined) await reloadNginx({ ...context, listen: server.listen }, paths, server, good).catch(() => {})
}

/** nginx tells of a port it cannot have in its log only, after five tries. */
async function checkPorts(
  context: ProxyContext,
  server: ProxyRecord | undefined,
  routes: readonly Route[],
  live: readonly Route[],
): Promise<void> {
  const own = new Set(server === undefined ? [] : [formatPlace(server.listen), ...live.map(({ port }) => formatPlace(local(port)))])
  for (const place of [context.listen, ...routes.map(({ port }) => local(port))]) {
    if (own.has(formatPlace(place))) continue
    const problem = await portProblem(place)
    if (problem !== undefined) throw await portTaken(context, { ...place, message: problem })
  }
}

function local(port: number): ProxyContext['listen'] {
  return { address: '127.0.0.1', port }
}

function formatPlace({ address, port }: ProxyContext['listen']): string {
  return `${address} ${port}`
}

async function recordListen({ listen }: ProxyContext, paths: NginxPaths, server: ProxyRecord): Promise<void> {
  if (formatPlace(server.listen) === formatPlace(listen)) return
  await writeFileAtomic(paths.record, `${JSON.stringify({ ...server, listen })}\n`)
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function failed(route: Route, error: unknown, { log }: NginxPaths): Error {
  const seen = error instanceof Error ? error.message : String(error)
  return hop3Error('deploy.proxy.failed', `Cannot route ${route.appName} to ${route.release}: ${seen}.`, {
    hint: `The route before it serves again. Run the command once more; nginx's log is ${log}.`,
    cause: error,
  })
}
