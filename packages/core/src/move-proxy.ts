/** Moves all apps of a home from one proxy to another: both serve for a while, and the old one goes when the new one has every route. */
import { proxyContext } from './contexts.ts'
import { hop3Error, isHop3Error, toHop3Error } from './errors.ts'
import type { AppState, Lock } from './home.ts'
import type { Host } from './host.ts'
import { isMoveHeld, keepMove, lockMove, readMove, type MoveRecord } from './move-record.ts'
import type { Proxy, ProxyContext, Route } from './proxy.ts'
import { recoverApp } from './recover-app.ts'
import { applied, renewRoutes } from './renew-routes.ts'
import { selectProxy } from './select-strategy.ts'
import { finishMove, proveAlone, settleMove, undoMove } from './settle-move.ts'
import { goBack } from './way-back.ts'

export interface ProxyMove {
  readonly to: string
  /** Those that served something. */
  readonly from: readonly string[]
  /** App → its URL now. */
  readonly urls: Readonly<Record<string, string>>
}

/** Where it is written down which proxy a home has, and how it serves. */
export interface ProxyChoice {
  /** Writes down that `to` is the proxy, with its settings. */
  keep(): Promise<void>
  /** Puts back what was written down before, after a `keep`. */
  takeBack(): Promise<void>
}

/** A move that has not come to its end. */
export interface MoveUnderWay extends Pick<ProxyMove, 'to' | 'from'> {
  /** A command is at it. Otherwise the next one that changes an app ends it. */
  readonly isAtWork: boolean
}

/**
 * The choice is kept once every route is live, before the old proxies end. Where nothing is served by another, it is kept first, and the routes
 * of `to` itself are made anew, for settings that have changed. Killed at any point, it is undone or finished by the next command that changes
 * an app. Throws `select.proxy.*`, `lock.held`, `environment.state-damaged`, `deploy.proxy.*`, whatever `choice.keep` throws, and the signal's
 * reason, with the old proxies serving alone as they did; from then on nothing interrupts it.
 */
export async function moveProxy(host: Host, to: string, choice: ProxyChoice): Promise<ProxyMove> {
  await selectProxy(host.registry, proxyContext(host), to)
  await settleMove(host, false, true)
  for (const name of await host.home.apps()) await recoverApp(name, host)
  const locks: Lock[] = [await lockMove(host, 'proxy use', false)]
  try {
    if ((await readMove(host)) !== undefined)
      throw hop3Error('lock.held', 'Another move was cut off just now.', { hint: 'Run the command again.' })
    return await moveLocked(host, to, choice, locks)
  } finally {
    for (const lock of locks.toReversed()) await lock.release()
  }
}

/** Undefined when there is none. Changes nothing. */
export async function moveUnderWay(host: Host): Promise<MoveUnderWay | undefined> {
  const record = await readMove(host)
  if (record === undefined) return undefined
  const { to, from } = record
  return { to, from, isAtWork: await isMoveHeld(host) }
}

/** Resolves when no command is at a move any more: what it is to go on from is read after that. */
export async function moveEnded(host: Pick<Host, 'home' | 'clock' | 'signal' | 'log'>): Promise<void> {
  if ((await readMove(host)) !== undefined && (await isMoveHeld(host))) await (await lockMove(host, 'recover', true)).release()
}

async function moveLocked(host: Host, to: string, choice: ProxyChoice, locks: Lock[]): Promise<ProxyMove> {
  // Ctrl-C ends the work; it must not end the tidying up after it.
  const steady: Host = { ...host, signal: new AbortController().signal }
  let record: MoveRecord = { step: 'lock', to, from: [], known: [], urls: {} }
  let isDecided = false
  try {
    await keepMove(host, record)
    const states = await lockApps(host, to, locks)
    const { target, old, known } = await survey(host, to)
    if (old.length === 0) record = await renew(steady, to, choice)
    else {
      record = { ...record, step: 'make', from: old.map(({ name }) => name), known }
      await keepMove(host, record)
      const routes = routesOf(old, states)
      const urls = await applied(
        target(routes),
        routes.filter(({ appName }) => states.get(appName)?.proxy !== to || !known.includes(appName)),
      )
      host.signal.throwIfAborted()
      record = { ...record, step: 'decide', urls }
      await keepMove(host, record)
      await choice.keep()
    }
    isDecided = true
    await finishMove(steady, record)
  } catch (error) {
    if (isDecided) throw unfinished(error, record)
    await undoMove(steady, record).catch((problem: unknown) =>
      host.log.error(`${toHop3Error(problem, 'Cannot undo the move').message} The next command that changes an app tries again.`),
    )
    throw error
  }
  if (record.from.length > 0) await proveAlone(steady, record)
  return { to, from: record.from, urls: record.urls }
}

/** All of them, with what is wanted of each: nothing is begun where one cannot be read. */
async function lockApps(host: Host, to: string, locks: Lock[]): Promise<ReadonlyMap<string, AppState>> {
  const states = new Map<string, AppState>()
  for (const name of await host.home.apps()) {
    const appHome = host.home.app(name)
    const notice = (text: string): void => host.log.warn(text)
    try {
      locks.push(await appHome.lock({ operation: 'proxy use', wait: false, mustExist: true, signal: host.signal, notice }))
      states.set(name, await appHome.readState())
    } catch (error) {
      // It has just been destroyed.
      if (isHop3Error(error) && error.code === 'deploy.not-deployed') continue
      throw isHop3Error(error) && error.code === 'environment.state-damaged' ? unreadable(error, name, to) : error
    }
  }
  return states
}

interface Served {
  readonly name: string
  readonly routes: readonly Route[]
}

interface Survey {
  /** The new proxy, which shares the places of these routes. Without any: alone. */
  readonly target: (beside?: readonly Route[]) => Proxy | undefined
  /** The others that serve something, or run. */
  readonly old: readonly Served[]
  readonly known: readonly string[]
}

async function survey(host: Host, to: string): Promise<Survey> {
  const context = proxyContext(host, 'move')
  const factories = await host.registry.proxies()
  const old: Served[] = []
  let known: readonly string[] = []
  for (const factory of factories) {
    const proxy = factory.create(context)
    const routes = (await proxy.routes?.()) ?? []
    if (proxy.name === to) known = routes.map(({ appName }) => appName)
    else if (routes.length > 0 || (await proxy.running?.()) !== undefined) old.push({ name: proxy.name, routes })
  }
  const target = (beside?: readonly Route[]): Proxy | undefined =>
    factories
      .find(({ name }) => name === to)
      ?.create(beside === undefined ? context : { ...context, beside: placesBeside(context, beside) })
  return { target, old, known }
}

function placesBeside({ listen, tls }: ProxyContext, routes: readonly Route[]): NonNullable<ProxyContext['beside']> {
  return [listen, ...(tls ? [tls.listen] : []), ...routes.map(({ port }) => ({ address: '127.0.0.1', port }))]
}

/** One of each app: where several proxies have one, as a version left them that did not end its moves, that of the app's own. */
function routesOf(old: readonly Served[], states: ReadonlyMap<string, AppState>): readonly Route[] {
  const found = new Map<string, Route>()
  for (const { name, routes } of old)
    for (const route of routes) if (!found.has(route.appName) || states.get(route.appName)?.proxy === name) found.set(route.appName, route)
  return [...found.values()]
}

/**
 * Nothing else serves, so nothing is left behind. Written down before it is served: what then cannot be served is taken back, and who comes
 * after a command that was killed finds what is wanted.
 */
async function renew(host: Host, to: string, choice: ProxyChoice): Promise<MoveRecord> {
  const record: MoveRecord = { step: 'renew', to, from: [], known: [], urls: {} }
  await keepMove(host, record)
  await choice.keep()
  try {
    return { ...record, urls: await renewRoutes(host, to) }
  } catch (error) {
    throw await goBack(error, async (attempt) => attempt(() => choice.takeBack()))
  }
}

function unreadable(
  { code, message, hint = '', details }: { code: string; message: string; hint?: string | undefined; details: object },
  name: string,
  to: string,
): Error {
  return hop3Error(code, `Cannot move the apps to ${to}, and nothing has been changed, because of ${name}: ${message}`, {
    hint: `${hint} Then run the command again.`,
    details: { ...details, app: name },
  })
}

function unfinished(error: unknown, { to, from }: MoveRecord): Error {
  const { code, message, hint, details, class: kind, cause } = toHop3Error(error, 'move')
  const but =
    from.length === 0
      ? `${to} serves all apps as was asked, but that could not be written down of each`
      : `All apps have moved to ${to}, but what was before it could not be ended`
  return hop3Error(code, `${but}: ${message}`, {
    hint: `${hint === undefined ? '' : `${hint} `}Then \`hop3 proxy use ${to}\` ends it, and so does the next command that changes an app.`,
    details,
    class: kind,
    cause,
  })
}
