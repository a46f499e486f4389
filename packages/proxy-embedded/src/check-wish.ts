/** Whether names can be had, seen from the route files alone: no server has to run. */
import { hop3Error, type Hop3Error, type ProxyContext, type Route, type RouteWish } from '@hop3/core'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkHosts } from './check-route.ts'
import { namesOf, parseRoute } from './route-file.ts'
import { serverPaths } from './server-paths.ts'

/** See `Proxy.check`. Throws `deploy.proxy.route` and `deploy.proxy.host-taken`. */
export async function checkWish({ directories }: ProxyContext, wish: RouteWish): Promise<void> {
  checkHosts(wish)
  const wanted = namesOf(wish)
  for (const other of await routesIn(serverPaths(directories).routes)) {
    const name = other.appName === wish.appName ? undefined : namesOf(other).find((one) => wanted.includes(one))
    if (name === undefined) continue
    const place = wish.origin === undefined ? '' : `${wish.origin}: `
    throw hostTaken(`${place}Cannot route ${wish.appName}: the host name ${name} belongs to the app ${other.appName}.`)
  }
}

export function hostTaken(message: string): Hop3Error {
  return hop3Error('deploy.proxy.host-taken', message, {
    hint: 'Take the name out of `[domains] list` in the hop3.toml of one of the two apps.',
  })
}

async function routesIn(directory: string): Promise<readonly Route[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json'))
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8').catch(() => '')))
  return texts.flatMap((text) => parseRoute(text) ?? [])
}
