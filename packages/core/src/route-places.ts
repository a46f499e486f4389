/** Where a route answers: whether it can, and what its address is called. */
import { createServer } from 'node:net'
import { hostTaken } from './check-wish.ts'
import type { ProxyContext, Route } from './proxy.ts'
import { namesOf } from './route-file.ts'

/** Throws `deploy.proxy.host-taken` when one of the others has a name of the route. */
export function checkFreeNames(route: Route, others: readonly Route[]): void {
  const wanted = namesOf(route)
  for (const other of others) {
    const name = namesOf(other).find((one) => wanted.includes(one))
    if (name === undefined) continue
    throw hostTaken(`Cannot route ${route.appName} to ${route.release}: the host name ${name} belongs to the app ${other.appName}.`)
  }
}

/** Why nobody could listen there now, in the system's words; undefined when somebody could. */
export function portProblem({ address, port }: ProxyContext['listen']): Promise<string | undefined> {
  const trial = createServer()
  return new Promise((resolve) => {
    trial.once('error', (error) => resolve(error.message))
    trial.listen(port, address, () => trial.close(() => resolve(undefined)))
  })
}

/** A name everybody can resolve when nginx can be reached from elsewhere; else the one that always works on this host. */
export function appUrl({ appName, hosts }: Route, listen: ProxyContext['listen']): string {
  const port = listen.port === 80 ? '' : `:${listen.port}`
  const isLocal = listen.address.startsWith('127.') || listen.address === '::1' || listen.address === 'localhost'
  const host = isLocal ? undefined : hosts.find((one) => one !== '_')
  return `http://${host ?? `${appName}.localhost`}${port}`
}
