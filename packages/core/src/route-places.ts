/** Where a route answers: whether it can, and what its address is called. */
import { createServer } from 'node:net'
import { hostTaken } from './check-wish.ts'
import { portTaken } from './port-owner.ts'
import type { ProxyContext, Route } from './proxy.ts'
import { namesOf } from './route-file.ts'

/** Throws `deploy.proxy.host-taken` when another app has a name of the route. */
export function checkFreeNames(route: Route, others: readonly Route[]): void {
  const wanted = namesOf(route)
  for (const other of others.filter(({ appName }) => appName !== route.appName)) {
    const name = namesOf(other).find((one) => wanted.includes(one))
    if (name === undefined) continue
    throw hostTaken(`Cannot route ${route.appName} to ${route.release}: the host name ${name} belongs to the app ${other.appName}.`)
  }
}

/** Why nobody could listen there now, in the system's words; undefined when somebody could. */
function portProblem({ address, port }: ProxyContext['listen']): Promise<string | undefined> {
  const trial = createServer()
  return new Promise((resolve) => {
    trial.once('error', (error) => resolve(error.message))
    trial.listen(port, address, () => trial.close(() => resolve(undefined)))
  })
}

/** Throws `deploy.proxy.port-taken` for a place the routes need and nobody can listen on. What is our `own` already is not tried. */
export async function checkPorts(
  context: Pick<ProxyContext, 'listen' | 'tls'>,
  routes: readonly Route[],
  own: readonly ProxyContext['listen'][],
): Promise<void> {
  for (const place of [...placesOf(context), ...routes.map(({ port }) => ({ address: '127.0.0.1', port }))]) {
    if (own.some((one) => isSamePlace(one, place))) continue
    const message = await portProblem(place)
    if (message !== undefined) throw await portTaken(context, { ...place, message })
  }
}

/** Where all apps answer by name. */
export function placesOf({ listen, tls }: Pick<ProxyContext, 'listen' | 'tls'>): readonly ProxyContext['listen'][] {
  return [listen, ...(tls ? [tls.listen] : [])]
}

export function isSamePlace(one: ProxyContext['listen'], other: ProxyContext['listen']): boolean {
  return one.address === other.address && one.port === other.port
}

/** A name everybody can resolve when the proxy can be reached from elsewhere; else the one that always works on this host. */
export function appUrl(
  { appName, hosts }: Route,
  { listen, tls }: Pick<ProxyContext, 'listen'> & { readonly tls?: Pick<NonNullable<ProxyContext['tls']>, 'listen'> },
): string {
  const { address, port: number } = tls?.listen ?? listen
  const [scheme, usual] = tls ? ['https', 443] : ['http', 80]
  const port = number === usual ? '' : `:${number}`
  const isLocal = address.startsWith('127.') || address === '::1' || address === 'localhost'
  const host = isLocal ? undefined : hosts.find((one) => one !== '_')
  return `${scheme}://${host ?? `${appName}.localhost`}${port}`
}
