/** Proves with real requests that both of an app's addresses lead to its release. */
import { hop3Error, type ProxyContext, type Route } from '@hop3/core'
import { connect } from 'node:net'
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
  await Promise.all([...names.map((host) => verifyAt(common, host, server, route)), verifyAt(own, 'localhost', server, route)])
  context.log.debug(`${names.join(', ')} and port ${route.port} lead to ${route.release}`)
}

interface Place {
  readonly address: string
  readonly port: number
  /** Either of two proxies may answer there: asked until it is this one. */
  readonly isShared: boolean
}

async function verifyAt(place: Place, host: string, { token }: ServerRecord, route: Route): Promise<void> {
  let answer = await request(place, host, token)
  for (let tries = 0; place.isShared && tries < 200 && !answer.includes(`${releaseHeader}: ${route.release}`); tries++)
    answer = await request(place, host, token)
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

const patience = 10_000

function request({ address, port }: Place, host: string, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({ host: address, port })
    socket.setEncoding('latin1')
    socket.setTimeout(patience, () => socket.destroy(new Error(`${address}:${port} did not answer in time`)))
    socket.on('error', reject)
    socket.on('connect', () =>
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}:${port}\r\n${verifyHeader}: ${token}\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', (data: string) => {
      text += data
    })
    socket.on('close', () => resolve(text))
  })
}

/** Where this host reaches what listens on all addresses. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  return address === '::' ? '::1' : address
}
