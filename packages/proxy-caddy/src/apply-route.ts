/** Makes a route live: what it leads to by moving a link, what Caddy must be told only when that has changed; proof; and back when any of it fails. */
import { checkAppName, hop3Error, isHop3Error, writeFileAtomic, type ProxyContext, type Route } from '@hop3/core'
import {
  appUrl,
  checkFreeNames,
  checkRoute,
  formatRoute,
  liveProxy,
  portProblem,
  portTaken,
  proveRoute,
  proveUpstreams,
  routesIn,
  seenAt,
  type ProxyAbility,
  type ProxyRecord,
} from '@hop3/core/routes'
import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { configTag, loadConfig } from './admin.ts'
import { caddyConfig } from './caddy-config.ts'
import { caddyPaths, type CaddyPaths } from './caddy-paths.ts'
import { endCaddy, startCaddy } from './caddy-process.ts'
import { keepLive, pointLive } from './live-link.ts'
import { refuseOutwardLinks } from './outward-link.ts'
import { withProxyLock } from './proxy-lock.ts'

/** See `Proxy.apply`. Throws `deploy.proxy.*`. */
export async function applyRoute(context: ProxyContext, route: Route, ability: ProxyAbility): Promise<string> {
  checkRoute(route, ability)
  const paths = caddyPaths(context.directories)
  await withProxyLock(context, paths.lock, async () => {
    const others = (await routesIn(paths.routes)).filter(({ appName }) => appName !== route.appName)
    checkFreeNames(route, others)
    await refuseOutwardLinks(route)
    await proveUpstreams(route)
    await serve(context, paths, others, route)
  }).catch((error: unknown) => {
    throw isHop3Error(error) ? error : failed(route, error, paths)
  })
  return appUrl(route, context.listen)
}

/** See `Proxy.remove`. Works without Caddy: then the next one starts without the app. */
export async function removeRoute(context: ProxyContext, appName: string): Promise<void> {
  checkAppName(appName)
  const paths = caddyPaths(context.directories)
  if (!(await exists(paths.directory))) return
  await withProxyLock(context, paths.lock, async () => {
    const routes = await routesIn(paths.routes)
    const others = routes.filter((route) => route.appName !== appName)
    await rm(join(paths.routes, `${appName}.json`), { force: true })
    if (others.length < routes.length && (await liveProxy(paths.record)) !== undefined) await converge(context, paths, others)
    await keepLive(paths.live, others)
  })
}

/** See `Proxy.stop`. */
export async function stopCaddy(context: ProxyContext): Promise<void> {
  const paths = caddyPaths(context.directories)
  if (!(await exists(paths.directory))) return
  await withProxyLock(context, paths.lock, async () => endCaddy(context, paths, await liveProxy(paths.record)))
}

/** The route files say what was proved: what a command that was cut off has left beyond them is put back by the next. */
async function serve(context: ProxyContext, paths: CaddyPaths, others: readonly Route[], route: Route): Promise<void> {
  const before = await routesIn(paths.routes)
  const previous = before.find(({ appName }) => appName === route.appName)
  // Refuses what Caddy cannot be told before anything is touched.
  configText(context, paths, [...others, route], '')
  const wasRunning = (await liveProxy(paths.record)) !== undefined
  for (const directory of [paths.routes, paths.live]) await mkdir(directory, { recursive: true, mode: 0o700 })
  // Also what a killed command has moved.
  for (const other of others) await pointLive(paths.live, other)
  const moveBack = await pointLive(paths.live, route)
  try {
    const running = await liveProxy(paths.record)
    if (running === undefined) await endCaddy(context, paths, undefined)
    await checkPorts(context, running, [...others, route], before)
    const { server, generation } = await converge(context, paths, [...others, route])
    await proveRoute(server, route, generation)
    await writeFileAtomic(join(paths.routes, `${route.appName}.json`), formatRoute(route))
    await keepLive(paths.live, [...others, route])
  } catch (error) {
    await moveBack()
    if (previous !== undefined) await pointLive(paths.live, previous)
    if (wasRunning) await converge(context, paths, before).catch(() => {})
    else await endCaddy(context, paths, await liveProxy(paths.record))
    await keepLive(paths.live, before)
    throw error
  }
}

/** Sees to it that a Caddy runs that has the configuration of these routes. */
async function converge(
  context: ProxyContext,
  paths: CaddyPaths,
  routes: readonly Route[],
): Promise<{ readonly server: ProxyRecord; readonly generation: string }> {
  const running = await liveProxy(paths.record)
  const token = running?.token ?? randomBytes(24).toString('hex')
  const { text, generation } = configText(context, paths, routes, token)
  if (running !== undefined && (await seenAt(context.listen, 'any.host.invalid', token))?.generation === generation)
    return { server: { ...running, listen: context.listen }, generation }
  if (running === undefined) {
    await writeFileAtomic(paths.config, text)
    return { server: await startCaddy(context, paths, token, generation), generation }
  }
  await loadConfig(paths.socket, text, await configTag(paths.socket, paths.log), paths.log)
  await writeFileAtomic(paths.config, text)
  const server = { ...running, listen: { ...context.listen } }
  await writeFileAtomic(paths.record, `${JSON.stringify(server)}\n`)
  return { server, generation }
}

/** The generation is the digest of all that was said. */
function configText(
  { listen, accessLog = false, directories }: ProxyContext,
  paths: CaddyPaths,
  routes: readonly Route[],
  token: string,
): { text: string; generation: string } {
  const { socket, live, log, directory } = paths
  const facts = { listen, accessLog, socket, live, log, directory, logs: directories.logs, token }
  const digest = createHash('sha256').update(JSON.stringify(caddyConfig(facts, routes, '')))
  const generation = digest.digest('hex').slice(0, 16)
  return { text: `${JSON.stringify(caddyConfig(facts, routes, generation), undefined, 2)}\n`, generation }
}

/** Caddy shares its ports with whoever lets it: what it listens on already is not tried. */
async function checkPorts(
  context: ProxyContext,
  running: ProxyRecord | undefined,
  routes: readonly Route[],
  live: readonly Route[],
): Promise<void> {
  const own = new Set(
    running === undefined ? [] : [placeName(running.listen), ...live.map(({ port }) => placeName({ address: '127.0.0.1', port }))],
  )
  for (const place of [context.listen, ...routes.map(({ port }) => ({ address: '127.0.0.1', port }))]) {
    if (own.has(placeName(place))) continue
    const problem = await portProblem(place)
    if (problem !== undefined) throw await portTaken(context, { ...place, message: problem })
  }
}

function placeName({ address, port }: ProxyContext['listen']): string {
  return `${address} ${port}`
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function failed(route: Route, error: unknown, { log }: CaddyPaths): Error {
  const seen = error instanceof Error ? error.message : String(error)
  return hop3Error('deploy.proxy.failed', `Cannot route ${route.appName} to ${route.release}: ${seen}.`, {
    hint: `The route before it serves again. Run the command once more; Caddy's log is ${log}.`,
    cause: error,
  })
}
