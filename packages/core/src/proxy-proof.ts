/** Requests that prove what a proxy serves: it answers `hop3 <generation> <release>` to who carries its token. The release may be the path of a file. */
import { connect, type Socket } from 'node:net'
import type { Upstream } from './deployer.ts'
import { hop3Error } from './errors.ts'
import type { ProxyContext, Route } from './proxy.ts'

export interface Seen {
  readonly generation: string
  /** `-` where no app has the name. */
  readonly release: string
}

const patience = 5_000

/** What serves `host` at this address; undefined when it is not this proxy, or nothing. */
export async function seenAt(place: Place, host: string, token: string): Promise<Seen | undefined> {
  const text = `GET / HTTP/1.1\r\nHost: ${host}\r\nhop3-verify: ${token}\r\nConnection: close\r\n\r\n`
  const answer = await exchange({ ...place, address: reachable(place.address) }, text, host).catch(() => '')
  const found = /^hop3 ([0-9a-f]+) \/?(\S+)$/m.exec(answer)
  return found === null ? undefined : { generation: found[1] ?? '', release: found[2] ?? '' }
}

interface Place {
  readonly address: string
  readonly port: number
  readonly isTls?: boolean
}

/**
 * Proves that every name and the port of a route lead to its release, in this generation. A place another proxy shares is asked until this one
 * answers; a certificate that has to be asked for may still be on its way. Throws `deploy.proxy.verify`.
 */
export async function proveRoute(
  { listen, tls, beside = [] }: Pick<ProxyContext, 'listen' | 'tls' | 'beside'>,
  token: string,
  route: Route,
  generation: string,
): Promise<void> {
  const names = [`${route.appName}.localhost`, ...route.hosts.map((host) => (host === '_' ? 'any.host.invalid' : host))]
  const known = tls === undefined || tls.certificate.from === 'acme' ? [] : names.filter((name) => name !== 'any.host.invalid')
  const places = [
    ...names.map((host) => ({ ...listen, host })),
    ...known.map((host) => ({ ...(tls?.listen ?? listen), host, isTls: true })),
    { address: '127.0.0.1', port: route.port, host: 'localhost' },
  ]
  const look = async (place: Place, host: string): Promise<Seen | undefined> => {
    const isShared = beside.some((one) => one.address === place.address && one.port === place.port)
    for (let tries = 100; ; tries--) {
      const seen = await seenAt(place, host, token)
      // After a reload the sockets of the configuration before may take a few connections more, and a certificate may still be in the making.
      const isOld = seen === undefined ? place.isTls === true : seen.generation !== generation
      if (tries <= 1 || (!isShared && !isOld) || (seen?.generation === generation && seen.release === route.release)) return seen
      await new Promise((resolve) => void setTimeout(resolve, 20))
    }
  }
  await Promise.all(
    places.map(async ({ host, ...place }) => {
      const seen = await look(place, host)
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
async function exchange({ address, port, ...more }: Upstream | Place, text: string | undefined, host = ''): Promise<string> {
  const isTls = 'isTls' in more && more.isTls
  // Whose certificate it is does not matter: the token says who answers.
  const secure = isTls ? (await import('node:tls')).connect : undefined
  return new Promise((resolve, reject) => {
    let answer = ''
    const plain = (): Socket => (port === null ? connect(address) : connect({ host: address, port }))
    const socket = secure && port !== null ? secure({ host: address, port, servername: host, rejectUnauthorized: false }) : plain()
    socket.setEncoding('latin1')
    socket.setTimeout(patience, () => socket.destroy(new Error(`${address} ${port ?? ''} did not answer in time`)))
    socket.on('error', reject)
    socket.on(isTls ? 'secureConnect' : 'connect', () => void (text === undefined ? socket.end() : socket.write(text)))
    socket.on('data', (data: string) => {
      answer += data
    })
    socket.on('close', () => resolve(answer))
    if (text === undefined) socket.on('connect', () => socket.destroy())
  })
}
