/** What Caddy must be told of a route, and what it finds on disk: a switch changes the second only, and so needs no reload. */
import { hop3Error, visible, type Route } from '@hop3/core'
import { namesOf } from '@hop3/core/routes'
import { createHash } from 'node:crypto'

export interface RouteShape {
  readonly appName: string
  readonly names: readonly string[]
  readonly port: number
  readonly isSite: boolean
  readonly spa: boolean
  /** For each instance, how it is reached. */
  readonly instances: readonly ('tcp' | 'socket')[]
  readonly prefixes: readonly string[]
}

export function shapeOf({ appName, protocol, port, spa, upstreams, staticPaths, ...route }: Route): RouteShape {
  return {
    appName,
    names: namesOf({ appName, hosts: route.hosts }),
    port,
    isSite: protocol === 'static',
    spa,
    instances: protocol === 'static' ? [] : upstreams.map((one) => (one.port === null ? 'socket' : 'tcp')),
    prefixes: Object.keys(staticPaths),
  }
}

/** The name of the link to what a route of this shape leads to: another shape has another, so that both may be there for a while. */
export function linkName(shape: RouteShape): string {
  return `${shape.appName}.${createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 12)}`
}

/**
 * What the link leads to: files that are empty and whose names say all, and links. Addresses and directories are not written into a configuration.
 */
export function liveEntries(route: Route): readonly { readonly path: string; readonly link?: string }[] {
  const { protocol, release, upstreams, staticPaths } = route
  const instances = upstreams.map(({ address, port }, index) =>
    port === null ? { path: `socket.${index}`, link: address } : { path: `web.${index}/${checkedAddress(address)}:${port}` },
  )
  return [
    { path: `release/${checkedRelease(release)}` },
    ...(protocol === 'static' ? upstreams.map(({ address }) => ({ path: 'site', link: address })) : instances),
    ...Object.values(staticPaths).map((path, index) => ({ path: `files.${index}`, link: path.replace(/(.)\/+$/, '$1') })),
  ]
}

function checkedRelease(release: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(release)) return release
  throw hop3Error('deploy.proxy.route', 'Cannot route by Caddy: the release has no name of a release.', { hint: 'Deploy the app again.' })
}

/** Also a file name, and what Caddy dials. */
function checkedAddress(address: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(address)) return address
  if (/^[0-9A-Fa-f:.]{2,45}$/.test(address)) return `[${address}]`
  throw hop3Error('deploy.proxy.route', `Cannot route by Caddy: ${visible(address)} is no address of an instance.`, {
    hint: 'Deploy the app again.',
  })
}
