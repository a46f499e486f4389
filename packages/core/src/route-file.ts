/** One file per app holds its route: what a proxy's routes are restored from after a crash. */
import type { Upstream } from './deployer.ts'
import { isObject, parseJson } from './json.ts'
import type { Route } from './proxy.ts'

/** The file's text. */
export function formatRoute(route: Route): string {
  return `${JSON.stringify(route, undefined, 2)}\n`
}

/** The route, or undefined when the text is not one: another version's file, or half of one. */
export function parseRoute(text: string): Route | undefined {
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const { appName, release, hosts, protocol, upstreams, staticPaths, port, spa, maintenance } = value
  if (typeof appName !== 'string' || typeof release !== 'string' || typeof spa !== 'boolean') return undefined
  if (protocol !== 'http' && protocol !== 'uwsgi' && protocol !== 'static') return undefined
  if (!isPort(port) || !isListOf(hosts, isString) || !isListOf(upstreams, isUpstream)) return undefined
  if (!isObject(staticPaths) || !isMapOfStrings(staticPaths)) return undefined
  if (maintenance !== undefined && !isString(maintenance)) return undefined
  return { appName, release, hosts, protocol, upstreams, staticPaths, port, spa, ...(maintenance !== undefined && { maintenance }) }
}

/** Every name the app answers to, in lower case. */
export function namesOf({ appName, hosts }: Pick<Route, 'appName' | 'hosts'>): readonly string[] {
  return [...new Set([`${appName}.localhost`, ...hosts.map((host) => host.toLowerCase())])]
}

function isUpstream(value: unknown): value is Upstream {
  return isObject(value) && isString(value['address']) && (value['port'] === null || isPort(value['port']))
}

function isListOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.every(isOne)
}

function isMapOfStrings(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, string>> {
  return Object.values(value).every(isString)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535
}
