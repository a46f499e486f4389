/** Proves with real requests that both of an app's addresses lead to its release. */
import { hop3Error, type ProxyContext, type Route } from '@hop3/core'
import { askUntil, exchange, reachable } from '@hop3/core/routes'
import { releaseHeader, verifyHeader, type ServerRecord } from './control-protocol.ts'

/**
 * The requests carry the server's token: only such are answered by the proxy itself, with the release and after every upstream has taken a
 * connection. The app sees no request, and nobody without the token learns what runs. Throws `deploy.proxy.verify`.
 */
export async function verifyRoute(context: ProxyContext, server: ServerRecord, route: Route): Promise<void> {
  const names = [`${route.appName}.localhost`, ...route.hosts.map((host) => (host === '_' ? 'any.host.invalid' : host))]
  const isShared = (context.beside ?? []).length > 0
  const common = { address: reachable(server.listen.address), port: server.listen.port, isShared }
  const own = { address: '127.0.0.1', port: route.port, isShared }
  await Promise.all([
    ...names.map((host) => verifyAt(context, common, host, server, route)),
    verifyAt(context, own, 'localhost', server, route),
  ])
  context.log.debug(`${names.join(', ')} and port ${route.port} lead to ${route.release}`)
}

interface Place {
  readonly address: string
  readonly port: number
  /** Either of two proxies may answer there: asked until it is this one. */
  readonly isShared: boolean
}

async function verifyAt(context: ProxyContext, place: Place, host: string, { token }: ServerRecord, route: Route): Promise<void> {
  const { signal } = context
  const text = `GET / HTTP/1.1\r\nHost: ${host}:${place.port}\r\n${verifyHeader}: ${token}\r\nConnection: close\r\n\r\n`
  const ask = (left: number): Promise<string> =>
    exchange(place, text, { patience: left, signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      // Whoever else answers there may say anything, a page longer than every proof included.
      if (place.isShared) return ''
      throw error
    })
  const answer = await askUntil(context, ask, (seen) => !place.isShared || seen.includes(`${releaseHeader}: ${route.release}`))
  const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]
  const release = new RegExp(`^${releaseHeader}: (.*)\\r$`, 'im').exec(answer)?.[1]
  if (status === '200' && release === route.release) return
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4).trim()
  const saw =
    release === undefined
      ? `something else answered (${status ?? 'no HTTP'})`
      : release === route.release
        ? body
        : `release ${release} answered`
  throw hop3Error(
    'deploy.proxy.verify',
    `The route of ${route.appName} to ${route.release} does not hold: ${host} at ${place.address}:${place.port}: ${saw}.`,
    {
      hint: 'The route before it serves again. Run the command once more.',
      details: { host, address: place.address, port: place.port, release: route.release },
    },
  )
}
