import { isAbsolute } from 'node:path'
import { hop3Error } from './errors.ts'
import { checkAppName, visible } from './names.ts'
import type { Route, RouteWish, TlsCertificate } from './proxy.ts'

/** What a proxy can do, for the checks and their messages. */
export interface ProxyAbility {
  /** `embedded`: messages say "the embedded proxy". */
  readonly name: string
  readonly speaksUwsgi: boolean
  /** Where it can have certificates from; none: it speaks HTTP only. */
  readonly certificates: readonly TlsCertificate['from'][]
}

/** Throws for a route the proxy cannot serve: `deploy.proxy.protocol`, `deploy.proxy.route`. */
export function checkRoute(route: Route, ability: ProxyAbility): void {
  checkAppName(route.appName)
  const { protocol } = route
  if (protocol !== 'http' && protocol !== 'static' && !(protocol === 'uwsgi' && ability.speaksUwsgi)) {
    throw hop3Error(
      'deploy.proxy.protocol',
      `The ${ability.name} proxy speaks HTTP${ability.speaksUwsgi ? ' or uwsgi' : ''} to an app and serves files; ${route.appName} answers by ${protocol}.`,
      {
        hint:
          protocol === 'none'
            ? 'Give the app a `web` worker.'
            : 'Let the app speak HTTP: name its worker `web`, and let it listen on $PORT.',
        details: { protocol },
      },
    )
  }
  checkHosts(route, ability)
  for (const [prefix, directory] of Object.entries(route.staticPaths)) {
    // Without the last slash `/a` would also stand for `/a../x`.
    if (!urlPrefix.test(prefix) || prefix.includes('//') || prefix.includes('/.'))
      throw unfit(route, `${visible(prefix)} is not a URL prefix that begins and ends with a slash`)
    if (!isAbsolute(directory)) throw unfit(route, `the directory ${visible(directory)} of ${prefix} is not absolute`)
  }
  // An app scaled to nothing keeps its name, and answers 503.
  if (protocol === 'static' && route.upstreams.length !== 1) throw unfit(route, 'a site has one directory')
  for (const { address, port } of route.upstreams) {
    if ((protocol === 'static' || port === null) && !isAbsolute(address)) throw unfit(route, `the path ${visible(address)} is not absolute`)
  }
}

/** Throws `deploy.proxy.route`. */
export function checkHosts(wish: RouteWish, { name }: ProxyAbility): void {
  for (const host of wish.hosts) {
    if (host === '_' || hostName.test(host)) continue
    if (!host.startsWith('*.')) throw unfit(wish, `${visible(host)} is not a host name`)
    throw unfit(wish, `the ${name} proxy knows no wildcards such as ${visible(host)}`, 'List every name, or "_" alone for all of them.')
  }
}

const hostName = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/
const urlPrefix = /^\/(?:[A-Za-z0-9._~@+-]+\/)*$/

function unfit({ appName, origin }: RouteWish, problem: string, hint = 'Mend `[domains] list` or `[static]` in hop3.toml.'): Error {
  return hop3Error('deploy.proxy.route', `${origin === undefined ? '' : `${origin}: `}Cannot route ${appName}: ${problem}.`, { hint })
}
