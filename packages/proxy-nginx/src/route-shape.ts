/** What nginx must be told of a route, and what it finds on disk: a switch changes the second only, and so needs no reload. */
import { hop3Error, visible, type Route, type Upstream } from '@hop3/core'
import { linkName, namesOf, releaseName, slotsOf, type LiveRoute } from '@hop3/core/routes'
import { isIP } from 'node:net'

export interface RouteShape {
  readonly appName: string
  readonly names: readonly string[]
  readonly port: number
  readonly protocol: Route['protocol']
  readonly spa: boolean
  /** How many places instances may have: 0 for a site. */
  readonly slots: number
  readonly prefixes: readonly string[]
}

export function shapeOf({ appName, protocol, port, spa, upstreams, staticPaths, hosts }: Route): RouteShape {
  return {
    appName,
    names: namesOf({ appName, hosts }),
    port,
    protocol,
    spa,
    // Without instances the places are there all the same: nothing is told anew when they come back.
    slots: protocol === 'static' ? 0 : Math.max(12, slotsOf(upstreams).length),
    prefixes: Object.keys(staticPaths),
  }
}

/**
 * nginx reads the path a link leads to with each request, and takes it apart: `…/<release>/@/<instance>/@/<instance>/@`, or with `closed` behind
 * the release. Beside the last name are links to directories, and the page of an app that is closed. Throws `deploy.proxy.route`.
 */
export function liveRoute(route: Route): LiveRoute {
  const { appName, protocol, upstreams, staticPaths, maintenance } = route
  const instances = protocol === 'static' ? [] : slotsOf(upstreams).map((one) => instanceText(appName, one))
  const closed = maintenance === undefined ? [] : ['closed']
  const place = [releaseName(route), ...closed, '@', ...instances.flatMap((one) => [...one.split('/'), '@'])].join('/')
  if (place.length > longestPlace) throw unfit(appName, `it has more instances (${upstreams.length}) than nginx can be told of`)
  const sites = protocol === 'static' ? upstreams.map(({ address }) => ({ path: `${place}/site`, link: address })) : []
  const files = Object.values(staticPaths).map((path, index) => ({
    path: `${place}/files.${index}`,
    link: path.replace(/(.)\/+$/, '$1'),
  }))
  const page = maintenance === undefined ? [] : [{ path: `${place}/${pageName}`, text: maintenance }]
  return {
    appName,
    link: linkName(shapeOf(route)),
    entries: [{ path: `${place}/there` }, ...page, ...sites, ...files, { path: 'place', link: place }],
  }
}

export const pageName = 'page.html'

/** A path has at most 4 096 bytes, the home's own included. */
const longestPlace = 3_000

/** As `proxy_pass` takes it, and so that its slashes make a path. */
function instanceText(appName: string, { address, port }: Upstream): string {
  if (port === null) {
    // eslint-disable-next-line no-control-regex -- control characters are what it refuses
    const isPlain = /^\/[^\u0000-\u001f\u007f:@]+$/.test(address) && !/\/(?:\.{0,2}\/|\.{0,2}$)/.test(address)
    if (isPlain) return `unix:${address}`
    throw unfit(appName, `nginx cannot be told of a socket at ${visible(address)}`)
  }
  if (isIP(address) === 0 || address.includes('%')) throw unfit(appName, `${visible(address)} is no address of an instance`)
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

function unfit(appName: string, problem: string): Error {
  return hop3Error('deploy.proxy.route', `Cannot route ${appName} by nginx: ${problem}.`, { hint: 'Deploy the app again.' })
}
