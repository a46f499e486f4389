/** What every proxy does alike that is a program of the host: prepare, take, start or reload, prove, and back when any of it fails. */
import { access } from 'node:fs/promises'
import { checkRoute } from './check-route.ts'
import { checkWish, routesIn } from './check-wish.ts'
import { hop3Error, isHop3Error } from './errors.ts'
import type { ProxyWork } from './lazy-proxy.ts'
import { checkTls } from './check-tls.ts'
import { checkAppName } from './names.ts'
import { findProgram, programVerdict } from './program-path.ts'
import { endProgram, keepRecord, startProgram } from './program-process.ts'
import { withProxyLock } from './proxy-lock.ts'
import type { ProgramPaths, ProxyProgram, Wanted } from './proxy-program.ts'
import { proveRoute, proveUpstreams, seenAt } from './proxy-proof.ts'
import { liveProxy } from './proxy-record.ts'
import type { ProxyContext, Route } from './proxy.ts'
import { appUrl, checkFreeNames, checkPorts, isSamePlace } from './route-places.ts'

export function programWork(program: ProxyProgram): ProxyWork {
  const { ability, takeLock } = program
  const pathsOf = ({ directories }: ProxyContext): ProgramPaths => program.paths(directories)
  const locked = <T>(context: ProxyContext, work: () => Promise<T>): Promise<T> =>
    withProxyLock(context, pathsOf(context).lock, takeLock, work)
  return {
    accept: ({ env }) => programVerdict(program, env),
    check: (context, wish) => checkWish(pathsOf(context).routes, wish, ability),
    async apply(context, route) {
      checkRoute(route, ability)
      await checkTls(context, ability)
      await locked(context, async () => {
        const before = await routesIn(pathsOf(context).routes)
        const others = before.filter(({ appName }) => appName !== route.appName)
        checkFreeNames(route, others)
        await program.checkRoute?.(route)
        await proveUpstreams(route)
        await serve(program, context, { before, routes: [...others, route] }, route)
      }).catch((error: unknown) => {
        throw isHop3Error(error) ? error : failed(program, route, error, pathsOf(context).log)
      })
      return appUrl(route, context)
    },
    async remove(context, appName) {
      checkAppName(appName)
      if (!(await exists(pathsOf(context).directory))) return
      await locked(context, async () => {
        const before = await routesIn(pathsOf(context).routes)
        const routes = before.filter((route) => route.appName !== appName)
        if (routes.length < before.length) await serve(program, context, { before, routes }, undefined)
      })
    },
    async serving(context, appName) {
      const server = await liveProxy(pathsOf(context).record)
      if (server === undefined || !isSamePlace(server.listen, context.listen)) return undefined
      return (await seenAt(server.listen, `${checkAppName(appName)}.localhost`, server.token))?.release
    },
    async url(context, appName) {
      const server = await liveProxy(pathsOf(context).record)
      const route = (await routesIn(pathsOf(context).routes)).find((one) => one.appName === appName)
      return server && route && appUrl(route, { ...context, listen: server.listen })
    },
    async running(context) {
      const server = await liveProxy(pathsOf(context).record)
      return server && { pid: server.pid, port: server.listen.port }
    },
    routes: (context) => routesIn(pathsOf(context).routes),
    async stop(context) {
      const { directory, record } = pathsOf(context)
      if (await exists(directory)) await locked(context, async () => endProgram(program, context, await liveProxy(record)))
    },
  }
}

/** `proved` is the route to prove; a route that is taken away needs no program to be started for the others. */
async function serve(
  program: ProxyProgram,
  context: ProxyContext,
  { before, routes }: Pick<Wanted, 'before' | 'routes'>,
  proved: Route | undefined,
): Promise<void> {
  const { record } = program.paths(context.directories)
  const server = await liveProxy(record)
  if (proved !== undefined) await findProgram(program, context.env)
  const token = server?.token ?? newToken()
  const change = await program.prepare(context, { routes, before, token, server })
  try {
    if (server === undefined && proved === undefined) return await change.settle()
    // What a command left that was killed before it could write down what it started.
    if (server === undefined) await endProgram(program, context, undefined)
    const places = server === undefined ? [] : [server.listen, ...(server.tls ? [server.tls] : [])]
    const own = server === undefined ? [] : [...places, ...before.map(({ port }) => ({ address: '127.0.0.1', port }))]
    await checkPorts(context, routes, [...own, ...(context.beside ?? [])])
    await change.take()
    if (server === undefined) await startProgram(program, context, token, change.generation)
    else await change.reload(server)
    if (proved !== undefined) await proveRoute(context, token, proved, change.generation)
    if (server !== undefined) await keepRecord(record, server, context)
    await change.settle()
  } catch (error) {
    if (server === undefined) await endProgram(program, context, await liveProxy(record))
    await change.undo(server)
    throw error
  }
}

/** Not of `node:crypto`, which a process that imports this and stays would keep. */
function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('hex')
}

function failed({ title }: ProxyProgram, { appName, release }: Route, error: unknown, log: string): Error {
  const seen = error instanceof Error ? error.message : String(error)
  return hop3Error('deploy.proxy.failed', `Cannot route ${appName} to ${release}: ${seen}.`, {
    hint: `The route before it serves again. Run the command once more; ${title}'s log is ${log}.`,
    cause: error,
  })
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
