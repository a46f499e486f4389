/** What every proxy does alike that is a program of the host: prepare, take, start or reload, prove, and back when any of it fails. */
import { access, rm } from 'node:fs/promises'
import { checkRoute } from './check-route.ts'
import { checkWish, routesIn } from './check-wish.ts'
import { isHop3Error, toHop3Error } from './errors.ts'
import type { ProxyWork } from './lazy-proxy.ts'
import { checkTls } from './check-tls.ts'
import { checkAppName } from './names.ts'
import { checkVersion, findProgram, programVerdict } from './program-path.ts'
import { endProgram, keepRecord, startProgram } from './program-process.ts'
import { withProxyLock } from './proxy-lock.ts'
import type { ProgramPaths, ProxyProgram, Wanted } from './proxy-program.ts'
import { proveRoute, proveUpstreams, seenAt } from './proxy-proof.ts'
import { knownProxy, liveProxy, type ProxyRecord } from './proxy-record.ts'
import type { ProxyContext, Route } from './proxy.ts'
import { routeFailure } from './route-failure.ts'
import { goBack } from './way-back.ts'
import { appUrl, checkFreeNames, checkPorts, isSamePlace } from './route-places.ts'

export function programWork(program: ProxyProgram): ProxyWork {
  const { ability } = program
  const pathsOf = ({ directories }: ProxyContext): ProgramPaths => program.paths(directories)
  const locked = <T>(context: ProxyContext, work: () => Promise<T>): Promise<T> => withProxyLock(context, pathsOf(context).lock, work)
  return {
    accept: ({ env }) => programVerdict(program, env),
    async check(context, wish) {
      await checkTls(context, ability)
      await checkWish(pathsOf(context).routes, wish, ability)
    },
    async applyAll(context, made) {
      for (const route of made) {
        checkRoute(route, ability)
        await program.checkRoute?.(route)
      }
      await checkTls(context, ability)
      await locked(context, async () => {
        const before = await routesIn(pathsOf(context).routes)
        const others = before.filter(({ appName }) => made.every((route) => route.appName !== appName))
        for (const [at, route] of made.entries()) checkFreeNames(route, [...others, ...made.slice(0, at)])
        await Promise.all(made.map((route) => proveUpstreams(route, context.signal)))
        await serve(program, context, { before, routes: [...others, ...made] }, made)
      }).catch((error: unknown) => {
        throw isHop3Error(error) ? error : routeFailure(made, error, { title: program.title, log: pathsOf(context).log })
      })
      return Object.fromEntries(made.map((route) => [route.appName, appUrl(route, context)]))
    },
    async removeAll(context, appNames) {
      for (const name of appNames) checkAppName(name)
      if (!(await exists(pathsOf(context).directory))) return
      await locked(context, async () => {
        const before = await routesIn(pathsOf(context).routes)
        const routes = before.filter(({ appName }) => !appNames.includes(appName))
        if (routes.length < before.length) await serve(program, context, { before, routes }, [])
      })
    },
    async serving(context, appName) {
      const server = await liveProxy(pathsOf(context).record)
      if (server === undefined || !isSamePlace(server.listen, context.listen)) return undefined
      return (await seenAt(server.listen, `${checkAppName(appName)}.localhost`, server.token))?.release
    },
    async url(context, route) {
      const server = await liveProxy(pathsOf(context).record)
      return server && appUrl(route, { listen: server.listen, ...(server.tls && { tls: { listen: server.tls } }) })
    },
    async running(context) {
      const server = await liveProxy(pathsOf(context).record)
      return server && { pid: server.pid, port: server.listen.port }
    },
    async leftAnswering(context) {
      const server = await knownProxy(pathsOf(context).record)
      return server !== undefined && (await seenAt(server.listen, 'any.host.invalid', server.token)) !== undefined
    },
    routes: (context) => routesIn(pathsOf(context).routes),
    async stop(context) {
      const { directory, record } = pathsOf(context)
      if (await exists(directory)) await locked(context, async () => endProgram(program, context, await liveProxy(record)))
    },
  }
}

/** `proved` are the routes to prove; a route that is taken away needs no program to be started for the others. */
async function serve(
  program: ProxyProgram,
  context: ProxyContext,
  { before, routes }: Pick<Wanted, 'before' | 'routes'>,
  proved: readonly Route[],
): Promise<void> {
  const { record, parting } = program.paths(context.directories)
  // A command that was killed while connections parted leaves it: every answer would go on ending its connection.
  await rm(parting, { force: true })
  const server = await liveProxy(record)
  if (proved.length > 0) await (server === undefined ? checkVersion(program, context) : findProgram(program, context.env))
  const token = server?.token ?? newToken()
  const change = await program.prepare(context, { routes, before, token, server })
  try {
    if (server === undefined && proved.length === 0) return await change.settle()
    // What a command left that was killed before it could write down what it started.
    if (server === undefined) await endProgram(program, context, undefined)
    const places = server === undefined ? [] : [server.listen, ...(server.tls ? [server.tls] : [])]
    const own = server === undefined ? [] : [...places, ...before.map(({ port }) => ({ address: '127.0.0.1', port }))]
    await checkPorts(context, routes, [...own, ...(context.beside ?? [])])
    await change.take()
    if (server === undefined) await startProgram(program, context, token, change.generation)
    else await change.reload(server)
    await Promise.all(proved.map((route) => proveRoute(context, token, route, change.generation)))
    if (server !== undefined) await keepRecord(record, server, context)
    await change.settle()
  } catch (error) {
    throw await goBack(error, async (attempt) => {
      if (server === undefined) await attempt(async () => endProgram(program, context, await liveProxy(record)))
      const generation = await change.undo(server, attempt)
      if (server !== undefined && generation !== undefined)
        await attempt(() => startAgain(program, { ...context, listen: server.listen }, server, generation))
    })
  }
}

/** One that has died of what it was told, or meanwhile, serves what it served before. */
async function startAgain(program: ProxyProgram, context: ProxyContext, { token }: ProxyRecord, generation: string): Promise<void> {
  if ((await liveProxy(program.paths(context.directories).record)) !== undefined) return
  await endProgram(program, context, undefined)
  await startProgram(program, context, token, generation).catch((error: unknown) => context.log.warn(toHop3Error(error, 'start').message))
}

/** Not of `node:crypto`, which a process that imports this and stays would keep. */
function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('hex')
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
