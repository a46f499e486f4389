/** What Caddy must be told of a route, and what it finds on disk: a switch changes the second only, and so needs no reload. */
import { hop3Error, visible, type Route, type Upstream } from '@hop3/core'
import { linkName, namesOf, releaseName, slotsOf, type LiveRoute } from '@hop3/core/routes'

export interface RouteShape {
  readonly appName: string
  readonly names: readonly string[]
  readonly port: number
  readonly isSite: boolean
  readonly spa: boolean
  /** How each place is reached that an instance may have: see `slotsOf`. Empty without instances. */
  readonly slots: readonly ('tcp' | 'socket')[]
  /** How many names the addresses of the slots make. */
  readonly depth: number
  readonly prefixes: readonly string[]
}

export function shapeOf({ appName, protocol, port, spa, upstreams, staticPaths, hosts }: Route): RouteShape {
  return {
    appName,
    names: namesOf({ appName, hosts }),
    port,
    isSite: protocol === 'static',
    spa,
    slots: protocol === 'static' ? [] : slotsOf(upstreams).map((one) => (one.port === null ? 'socket' : 'tcp')),
    depth: protocol === 'static' ? 0 : addressNames(upstreams).length,
    prefixes: Object.keys(staticPaths),
  }
}

/** Addresses and directories are not written into a configuration: files that are empty and whose names say all, and links. */
export function liveRoute(route: Route): LiveRoute {
  const { appName, protocol, upstreams, staticPaths, maintenance } = route
  const sockets = slotsOf(upstreams).flatMap(({ address, port }, index) =>
    port === null ? [{ path: `socket.${index}`, link: address }] : [],
  )
  const names = addressNames(upstreams)
  const entries = [
    { path: `release/${releaseName(route)}` },
    // As many entries either way: see `liveLinks`.
    maintenance === undefined ? { path: 'open' } : { path: `closed/${pageName}`, text: maintenance },
    ...(protocol === 'static'
      ? upstreams.map(({ address }) => ({ path: 'site', link: address }))
      : [...sockets, ...(names.length === 0 ? [] : [{ path: ['web', ...names].join('/') }])]),
    ...Object.values(staticPaths).map((path, index) => ({ path: `files.${index}`, link: path.replace(/(.)\/+$/, '$1') })),
  ]
  return { appName, link: linkName(shapeOf(route)), entries }
}

export const pageName = 'page.html'

/** The addresses of all slots, in as few names of files as hold them. */
function addressNames(upstreams: readonly Upstream[]): readonly string[] {
  const names: string[] = []
  for (const { address, port } of slotsOf(upstreams)) {
    if (port === null) continue
    const place = `${checkedAddress(address)}:${port}`
    const last = names.at(-1)
    if (last === undefined || last.length + place.length >= longestName) names.push(place)
    else names[names.length - 1] = `${last},${place}`
  }
  return names
}

const longestName = 250

/** Part of a file name, and what Caddy dials. */
function checkedAddress(address: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(address)) return address
  if (/^[0-9A-Fa-f:.]{2,45}$/.test(address)) return `[${address}]`
  throw hop3Error('deploy.proxy.route', `Cannot route by Caddy: ${visible(address)} is no address of an instance.`, {
    hint: 'Deploy the app again.',
  })
}
