/** Whether names can be had, seen from the route files alone: no server has to run. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkHosts, type ProxyAbility } from './check-route.ts'
import { hop3Error, type Hop3Error } from './errors.ts'
import type { Route, RouteWish } from './proxy.ts'
import { namesOf, parseRoute } from './route-file.ts'

/** See `Proxy.check`; `directory` holds the route files. Throws `deploy.proxy.route` and `deploy.proxy.host-taken`. */
export async function checkWish(directory: string, wish: RouteWish, ability: ProxyAbility): Promise<void> {
  checkHosts(wish, ability)
  const wanted = namesOf(wish)
  for (const other of await routesIn(directory)) {
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

/** The routes of the files in it that are some. */
export async function routesIn(directory: string): Promise<readonly Route[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json'))
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8').catch(() => '')))
  return texts.flatMap((text) => parseRoute(text) ?? [])
}
