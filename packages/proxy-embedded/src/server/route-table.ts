/** Which app answers for a host name or a port, and with what. */
import type { Route } from '@hop3/core'
import { namesOf } from '@hop3/core/routes'
import type { Limits } from '../limits.ts'
import type { ContentCache } from '../site/content-cache.ts'
import { createSite, type Site } from '../site/site.ts'
import { createBalancer, type Balancer } from '../upstream/balancer.ts'
import type { Pool } from '../upstream/pool.ts'
import type { StallGuard } from './stall-guard.ts'

/** What an app's name leads to now: replaced as a whole. */
export interface LiveRoute {
  readonly route: Route
  /** Longest prefix first. */
  readonly prefixes: readonly { readonly prefix: string; readonly site: Site }[]
  readonly site: Site | undefined
  readonly balancer: Balancer | undefined
  /** In maintenance: what is sent in place of all of them. */
  readonly page: Buffer | undefined
}

/** An app's place in the table: requests keep it, and see the switch when they try again. */
export interface Slot {
  readonly appName: string
  live: LiveRoute | undefined
}

export interface RouteTable {
  byHost(host: string): Slot | undefined
  byPort(port: number): Slot | undefined
  apps(): readonly Slot[]
  /** Another app that has one of the route's host names. */
  conflict(route: Route): { readonly host: string; readonly appName: string } | undefined
  /** Requests that began before keep the upstreams they have; those the route no longer has are returned. */
  put(route: Route): readonly Pool[]
  remove(appName: string): void
  /** Ends every event stream and WebSocket, whose clients then come again. */
  endStreams(): void
}

export interface TableOptions {
  readonly limits: Limits
  readonly contents: ContentCache
  readonly guard: StallGuard
}

export function createRouteTable(options: TableOptions): RouteTable {
  const slots = new Map<string, Slot>()
  let hosts = new Map<string, Slot>()
  let ports = new Map<number, Slot>()

  const index = (): void => {
    const live = [...slots.values()].flatMap((slot) => (slot.live === undefined ? [] : [{ slot, route: slot.live.route }]))
    hosts = new Map(live.flatMap(({ slot, route }) => namesOf(route).map((host) => [host, slot] as const)))
    ports = new Map(live.map(({ slot, route }) => [route.port, slot] as const))
  }

  return {
    byHost: (host) => hosts.get(host) ?? hosts.get('_'),
    byPort: (port) => ports.get(port),
    apps: () => [...slots.values()],
    conflict(route) {
      for (const host of namesOf(route)) {
        const owner = hosts.get(host)
        if (owner !== undefined && owner.appName !== route.appName) return { host, appName: owner.appName }
      }
      return undefined
    },
    put(route) {
      const slot = slots.get(route.appName) ?? { appName: route.appName, live: undefined }
      const before = slot.live
      slot.live = createLiveRoute(route, options, before?.balancer)
      slots.set(route.appName, slot)
      index()
      return before?.balancer?.retire(slot.live.balancer, options.limits.streamGrace) ?? []
    },
    remove(appName) {
      const slot = slots.get(appName)
      if (slot === undefined) return
      const before = slot.live
      slot.live = undefined
      slots.delete(appName)
      index()
      before?.balancer?.retire(undefined, 0)
    },
    endStreams() {
      for (const { live } of slots.values()) for (const pool of live?.balancer?.pools ?? []) pool.endStreams()
    },
  }
}

function createLiveRoute(route: Route, { limits, contents, guard }: TableOptions, before: Balancer | undefined): LiveRoute {
  const site = (directory: string, prefix: string, whole: boolean): Site =>
    createSite({ directory, prefix, spa: whole && route.spa, notFoundPage: whole, contents, guard })
  const prefixes = Object.entries(route.staticPaths)
    .map(([prefix, directory]) => ({ prefix, site: site(directory, prefix, false) }))
    .toSorted((one, other) => other.prefix.length - one.prefix.length)
  const directory = route.protocol === 'static' ? route.upstreams[0]?.address : undefined
  return {
    route,
    prefixes,
    site: directory === undefined ? undefined : site(directory, '/', true),
    balancer: route.protocol === 'http' ? createBalancer(route.upstreams, limits, before) : undefined,
    page: route.maintenance === undefined ? undefined : Buffer.from(route.maintenance),
  }
}
