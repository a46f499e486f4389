/**
 * Ends a move to another proxy whose command did not. Until the choice is written down it is undone, which needs nothing to start: the old
 * proxies serve as they did. Then it is finished: the new one has every route. Never do both stay, with each new app behind one of them.
 * Other settings of the proxy that serves become what is written down of them.
 */
import { proxyContext } from './contexts.ts'
import { hop3Error, isHop3Error, toHop3Error } from './errors.ts'
import type { Lock } from './home.ts'
import type { Host } from './host.ts'
import { dropMove, keepMove, lockMove, moveDamaged, readMove, type MoveRecord } from './move-record.ts'
import { proxyNamed } from './proxy-named.ts'
import type { Proxy, Route } from './proxy.ts'
import { renewRoutes } from './renew-routes.ts'
import { selectProxy } from './select-strategy.ts'

/**
 * For every command that changes an app, once it has the app's lock: a move that began before has that lock, one that begins now asks for it
 * after it has said so. `wait`: for a move that is under way. Throws `lock.held`, also when the apps have moved away from the proxy this
 * command was to use. `isReplaced`: a move of everything follows, whatever serves it, so that a damaged record and the
 * settings of a cut-off command are none any more. Throws `environment.move-damaged` else.
 */
export async function settleMove(host: Host, wait: boolean, isReplaced = false): Promise<void> {
  if (isReplaced) await dropDamaged(host)
  const found = await readMove(host)
  if (found === undefined) return
  const lock = await lockToSettle(host, wait)
  try {
    const left = await readMove(host)
    if (left === undefined) return await checkStays(host, found)
    if (left.step === 'renew') return await (isReplaced ? dropMove(host) : settleRenewal(host, left))
    const isDone = left.step === 'end' || (left.step === 'decide' && (await wantedName(host)) === left.to)
    if (left.step !== 'lock') host.log.warn(`${describeMove(left)} did not come to its end. ${isDone ? 'Finishing' : 'Undoing'} it.`)
    if (!isDone) return await undoMove(host, left)
    await finishMove(host, left)
    await proveAlone(host, left)
  } finally {
    await lock.release()
  }
}

async function dropDamaged(host: Host): Promise<void> {
  const isDamaged = async (): Promise<boolean> =>
    readMove(host).then(
      () => false,
      (error: unknown) => {
        if (isHop3Error(error) && error.code === moveDamaged) return true
        throw error
      },
    )
  if (!(await isDamaged())) return
  const lock = await lockToSettle(host, false)
  try {
    if (await isDamaged()) await dropMove(host)
  } finally {
    await lock.release()
  }
}

/** The proxy serves as is written down, whether the command came to write it or not. Where it does not run, it is started so. */
async function settleRenewal(host: Host, left: MoveRecord): Promise<void> {
  const target = await proxyNamed(host, left.to)
  const isEnded = target.running !== undefined && (await target.running()) === undefined
  if (isEnded) return dropMove(host)
  host.log.warn(`${describeMove(left)} did not come to its end. Finishing it.`)
  const urls = await renewRoutes(host, left.to).catch((error: unknown) => {
    host.log.warn(toHop3Error(error, 'route').message)
    return {}
  })
  await finishMove(host, { ...left, urls })
}

function describeMove({ to, from }: MoveRecord): string {
  return from.length === 0 ? `The change of how ${to} serves` : `The move from ${from.join(' and ')} to ${to}`
}

/** Another who ends the same has soon done so. */
async function lockToSettle(host: Host, wait: boolean): Promise<Lock> {
  try {
    return await lockMove(host, 'recover', wait)
  } catch (error) {
    if (!isHop3Error(error) || error.code !== 'lock.held' || error.details['operation'] !== 'recover') throw error
    return lockMove(host, 'recover', patience)
  }
}

const patience = 60_000

async function wantedName(host: Host): Promise<string | undefined> {
  return selectProxy(host.registry, proxyContext(host), host.proxy).then(
    ({ chosen }) => chosen.name,
    () => undefined,
  )
}

/** What this command was told of proxies may be what was true before the move. */
async function checkStays(host: Host, { to, from }: MoveRecord): Promise<void> {
  const wanted = await wantedName(host)
  const running: string[] = []
  for (const name of [to, ...from]) if ((await (await proxyNamed(host, name)).running?.()) !== undefined) running.push(name)
  if (wanted === undefined || running.length === 0 || running.includes(wanted)) return
  throw hop3Error(
    'lock.held',
    `All apps have moved to ${running.join(' and ')} while this command waited, and it would have used ${wanted}.`,
    {
      hint: 'Run the command again.',
    },
  )
}

/** The old proxies alone serve. May be repeated. */
export async function undoMove(host: Host, { step, to, known }: MoveRecord): Promise<void> {
  if (step !== 'lock') {
    const target = await proxyNamed(host, to)
    if (known.length === 0) await target.stop?.()
    await removeRoutes(target, ({ appName }) => !known.includes(appName))
  }
  await dropMove(host)
}

/** The new proxy alone serves, and every app knows. May be repeated. */
export async function finishMove(host: Host, record: MoveRecord): Promise<void> {
  await keepMove(host, { ...record, step: 'end' })
  for (const [name, url] of Object.entries(record.urls)) await keepProxyOf(host, name, { proxy: record.to, url })
  for (const name of record.from) {
    const old = await proxyNamed(host, name)
    await old.stop?.()
    await removeRoutes(old, () => true)
  }
  await dropMove(host)
}

/** At once where the proxy can: each change of a proxy that is a program makes its whole configuration anew. */
async function removeRoutes(proxy: Proxy, isLeaving: (route: Route) => boolean): Promise<void> {
  const names = ((await proxy.routes?.()) ?? []).filter(isLeaving).map(({ appName }) => appName)
  if (proxy.removeAll !== undefined && names.length > 0) return proxy.removeAll(names)
  for (const name of names) await proxy.remove(name)
}

/** What was proved beside another is proved again where it is not seen at once. The move is over: where it cannot be, it is said. */
export async function proveAlone(host: Host, record: MoveRecord): Promise<void> {
  await proveAgain(host, record).catch((error: unknown) => host.log.warn(toHop3Error(error, 'route').message))
}

async function proveAgain(host: Host, { to, urls }: MoveRecord): Promise<void> {
  const target = await proxyNamed(host, to)
  if (target.running !== undefined && (await target.running()) === undefined) return
  const routes: readonly Route[] = (await target.routes?.()) ?? []
  for (const route of routes.filter(({ appName }) => urls[appName] !== undefined))
    if ((await target.serves?.(route.appName, route.release)) === false) await target.apply(route)
}

/** An app without an address keeps none; one whose state has been damaged since keeps the others from nothing. */
async function keepProxyOf(host: Host, name: string, { proxy, url }: { readonly proxy: string; readonly url: string }): Promise<void> {
  const appHome = host.home.app(name)
  try {
    const state = await appHome.readState()
    if (state.proxy !== null) await appHome.writeState({ ...state, proxy, url: state.url === null ? null : url })
  } catch (error) {
    if (!isHop3Error(error) || error.code !== 'environment.state-damaged') throw error
    host.log.warn(`${error.message} ${name} is behind ${proxy} now all the same.`)
  }
}
