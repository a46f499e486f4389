/** Requests that prove what a proxy serves: it answers `hop3 <generation> <release>` to who carries its token. The release may be the path of a file. */
import { connect } from 'node:net'
import type { Upstream } from './deployer.ts'
import { hop3Error } from './errors.ts'
import type { ProxyContext, Route } from './proxy.ts'
import type { ProxyRecord } from './proxy-record.ts'

export interface Seen {
  readonly generation: string
  /** `-` where no app has the name. */
  readonly release: string
}

const patience = 5_000

/** What serves `host` at this address; undefined when it is not this proxy, or nothing. */
export async function seenAt(
  place: { readonly address: string; readonly port: number },
  host: string,
  token: string,
): Promise<Seen | undefined> {
  const text = `GET / HTTP/1.1\r\nHost: ${host}\r\nhop3-verify: ${token}\r\nConnection: close\r\n\r\n`
  const answer = await exchange({ ...place, address: reachable(place.address) }, text).catch(() => '')
  const found = /^hop3 ([0-9a-f]+) \/?(\S+)$/m.exec(answer)
  return found === null ? undefined : { generation: found[1] ?? '', release: found[2] ?? '' }
}

/** Proves that every name and the port of a route lead to its release, in this generation. Throws `deploy.proxy.verify`. */
export async function proveRoute(server: Pick<ProxyRecord, 'listen' | 'token'>, route: Route, generation: string): Promise<void> {
  const names = [`${route.appName}.localhost`, ...route.hosts.map((host) => (host === '_' ? 'any.host.invalid' : host))]
  const places = [...names.map((host) => ({ ...server.listen, host })), { address: '127.0.0.1', port: route.port, host: 'localhost' }]
  await Promise.all(
    places.map(async ({ host, ...place }) => {
      const seen = await seenAt(place, host, server.token)
      if (seen?.generation === generation && seen.release === route.release) return
      const saw = seen === undefined ? 'something else answered, or nothing' : `release ${seen.release} answered`
      throw unproved(route, `${host} at ${place.address}:${place.port}: ${saw}`)
    }),
  )
}

/** Throws `deploy.proxy.verify` when an instance takes no connection. */
export async function proveUpstreams(route: Route): Promise<void> {
  if (route.protocol === 'static') return
  await Promise.all(
    route.upstreams.map(async (upstream) => {
      const problem = await exchange(upstream, undefined).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      if (problem !== undefined) throw unproved(route, problem)
    }),
  )
}

/** Where this host reaches what listens on all addresses. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  return address === '::' ? '::1' : address
}

function unproved(route: Route, saw: string): Error {
  return hop3Error('deploy.proxy.verify', `The route of ${route.appName} to ${route.release} does not hold: ${saw}.`, {
    hint: 'The route before it serves again. Run the command once more.',
    details: { release: route.release },
  })
}

/** Resolves to all that came back; without a text, to nothing as soon as the connection is there. */
function exchange({ address, port }: Upstream | ProxyContext['listen'], text: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = port === null ? connect(address) : connect({ host: address, port })
    socket.setEncoding('latin1')
    socket.setTimeout(patience, () => socket.destroy(new Error(`${address} ${port ?? ''} did not answer in time`)))
    socket.on('error', reject)
    socket.on('connect', () => void (text === undefined ? socket.end() : socket.write(text)))
    socket.on('data', (data: string) => {
      answer += data
    })
    socket.on('close', () => resolve(answer))
    if (text === undefined) socket.on('connect', () => socket.destroy())
  })
}
