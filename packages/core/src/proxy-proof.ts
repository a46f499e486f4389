/** Requests that prove what a proxy serves: it answers `hop3 <generation> <release>` to who carries its token. The release may be the path of a file. */
import { exchange, knock, type Bounds } from './ask-place.ts'
import { askUntil } from './ask-until.ts'
import { hop3Error } from './errors.ts'
import type { ProxyContext, Route } from './proxy.ts'

export interface Seen {
  readonly generation: string
  /** `-` where no app has the name. */
  readonly release: string
}

/** For one answer; and for an instance to take a connection before it counts as busy. */
const patience = { answer: 5_000, instance: 1_000 }

/** What serves `host` at this address; undefined when it is not this proxy, or nothing. */
export async function seenAt(place: Place, host: string, token: string, bounds: Partial<Bounds> = {}): Promise<Seen | undefined> {
  const text = `GET / HTTP/1.1\r\nHost: ${host}\r\nhop3-verify: ${token}\r\nConnection: close\r\n\r\n`
  const answer = await exchange({ ...place, host, address: reachable(place.address) }, text, {
    patience: patience.answer,
    ...bounds,
  }).catch(() => '')
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
 * answers; a certificate that has to be asked for may still be on its way. Throws `deploy.proxy.verify`, and the signal's reason.
 */
export async function proveRoute(
  { listen, tls, beside = [], clock, signal }: Pick<ProxyContext, 'listen' | 'tls' | 'beside' | 'clock' | 'signal'>,
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
  const look = (place: Place, host: string): Promise<Seen | undefined> => {
    const isShared = beside.some((one) => one.address === place.address && one.port === place.port)
    return askUntil(
      { clock, signal },
      async (left) => {
        const seen = await seenAt(place, host, token, { patience: Math.min(patience.answer, left), signal })
        signal.throwIfAborted()
        return seen
      },
      (seen) => {
        // After a reload the sockets of the configuration before may take a few connections more, and a certificate may still be in the making.
        const isOld = seen === undefined ? place.isTls === true : seen.generation !== generation
        return (seen?.generation === generation && seen.release === route.release) || (!isShared && !isOld)
      },
    )
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

/**
 * Throws `deploy.proxy.verify` when an instance refuses connections that requests would go to. One whose queue is full answers nothing: it is
 * busy, not gone.
 */
export async function proveUpstreams(route: Route, signal: AbortSignal): Promise<void> {
  if (route.protocol === 'static' || route.maintenance !== undefined) return
  await Promise.all(
    route.upstreams.map(async (upstream) => {
      const problem = await knock(upstream, { patience: patience.instance, signal }).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      signal.throwIfAborted()
      if (problem !== undefined) throw unproved(route, problem)
    }),
  )
}

/** Where this host reaches what listens on all addresses. */
export function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  return address === '::' ? '::1' : address
}

function unproved(route: Route, saw: string): Error {
  return hop3Error('deploy.proxy.verify', `The route of ${route.appName} to ${route.release} does not hold: ${saw}.`, {
    hint: 'The route before it serves again. Run the command once more.',
    details: { release: route.release },
  })
}
