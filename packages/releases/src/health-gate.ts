/** Decides whether a new instance may take over: asks it until it answers well, ends, or has used up its time. */
import type { Clock, Upstream } from '@hop3/core'
import type { ProbeResult } from './health-probe.ts'

export interface HealthProbe {
  /** Where the instance may answer: a host and port, or a socket path with `port: null`. The first to answer well is its address. */
  readonly candidates: readonly Upstream[]
  /** GET this path, 200–399 is healthy. Empty: a connect is enough. */
  readonly path: string
  readonly timeoutSeconds: number
  /** Whether the instance's process still runs; `false` when it ended and nobody knows how. Asked before and after every answer. */
  isAlive(): Promise<boolean | { readonly exitCode: number | null }>
  /** Addresses the instance listens on that are none of the candidates (see `listeningAddresses`). Asked now and then while nothing answers, and when time is up. */
  listeningElsewhere?(): Promise<readonly string[]>
  /** Whether another instance listens at a candidate: what it answers says nothing of this one. Asked of one that answered well. */
  isAnothers?(upstream: Upstream): Promise<boolean>
  /**
   * Told once where it has listened for some seconds, while nowhere it was told to. Nothing is decided by that: a port for metrics or a debugger
   * may be there long before the app's own.
   */
  tellElsewhere?(listening: readonly string[]): void
  readonly clock: Clock
  readonly signal: AbortSignal
}

export type HealthOutcome =
  | { readonly state: 'healthy'; readonly upstream: Upstream }
  /** Its process ended. `exitCode` is null when a signal ended it or nobody knows. */
  | { readonly state: 'exited'; readonly exitCode: number | null }
  /** It accepts connections, but nowhere it was told to. */
  | { readonly state: 'wrong-port'; readonly listening: readonly string[] }
  /** What the last question got, of the candidate that came furthest. */
  | { readonly state: 'unhealthy'; readonly saw: HealthSighting; readonly upstream: Upstream | null }

export type HealthSighting = Exclude<ProbeResult, 'healthy'>

/**
 * Asks until one candidate is healthy, the instance has ended, or `timeoutSeconds` have passed. None of these is an exception; it throws
 * only the signal's reason, and what the probe's own functions throw.
 */
export async function waitHealthy(probe: HealthProbe): Promise<HealthOutcome> {
  const deadline = probe.clock.monotonic() + probe.timeoutSeconds * 1000
  const watchElsewhere = elsewhereWatch(probe)
  let best: Sighting = { saw: 'refused', upstream: probe.candidates[0] ?? null }
  for (let round = 0; ; round++) {
    probe.signal.throwIfAborted()
    const left = deadline - probe.clock.monotonic()
    const [ended, answer] = await Promise.all([endOf(probe), askAll(probe, Math.ceil(Math.max(1, left)))])
    if (ended !== undefined) return ended
    // Asked again: the answer may have come from whatever else holds the port, while ours ended because of that.
    const isOwn = answer.saw === 'healthy' && (await probe.isAnothers?.(answer.upstream)) !== true
    if (isOwn) return (await endOf(probe)) ?? { state: 'healthy', upstream: answer.upstream }
    best = { saw: answer.saw === 'healthy' ? 'refused' : answer.saw, upstream: answer.upstream }
    if (best.saw === 'refused') await watchElsewhere()
    const pause = Math.min(shortestPause * 1.5 ** round, longestPause)
    if (probe.clock.monotonic() + pause >= deadline) break
    await probe.clock.sleep(pause, probe.signal)
  }
  return (await endOf(probe)) ?? (await elsewhere(probe, best)) ?? { state: 'unhealthy', ...best }
}

/** The outcome as the end of a sentence about the instance: `answered with status 500 (GET /up at 127.0.0.1:20010)`. */
export function describeHealth(outcome: HealthOutcome, probe: Pick<HealthProbe, 'candidates' | 'path' | 'timeoutSeconds'>): string {
  const wanted = probe.candidates.map(formatUpstream).join(' or ')
  if (outcome.state === 'healthy') return `is healthy at ${formatUpstream(outcome.upstream)}`
  if (outcome.state === 'exited')
    return `ended${outcome.exitCode === null ? '' : ` with exit code ${outcome.exitCode}`} while it was starting`
  if (outcome.state === 'wrong-port') {
    return `listens on ${outcome.listening.join(', ')} instead of ${wanted}: it must listen on $PORT at $BIND_ADDRESS`
  }
  return describeSighting(outcome.saw, outcome.upstream === null ? wanted : formatUpstream(outcome.upstream), probe)
}

/** `127.0.0.1:20010`, `[::1]:20010` or a socket path. */
export function formatUpstream({ address, port }: Upstream): string {
  if (port === null) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function describeSighting(saw: HealthSighting, at: string, { path, timeoutSeconds }: Pick<HealthProbe, 'path' | 'timeoutSeconds'>): string {
  const asked = path === '' ? `connect to ${at}` : `GET ${path} at ${at}`
  switch (saw) {
    case 'refused':
      return `accepted no connection within ${timeoutSeconds} s (${asked})`
    case 'timeout':
      return `accepted a connection but did not answer within ${timeoutSeconds} s (${asked})`
    case 'no answer':
      return `closed the connection without an HTTP answer (${asked})`
    default:
      return `answered with ${saw} (${asked})`
  }
}

interface Sighting {
  readonly saw: HealthSighting
  readonly upstream: Upstream | null
}

const shortestPause = 25
const longestPause = 500

async function endOf(probe: HealthProbe): Promise<HealthOutcome | undefined> {
  const alive = await probe.isAlive()
  if (alive === true) return undefined
  return { state: 'exited', exitCode: alive === false ? null : alive.exitCode }
}

/** How far each result got: of several candidates, the one that got furthest explains the most. */
const progress = ['refused', 'timeout', 'no answer'] as const

async function askAll(probe: HealthProbe, timeout: number): Promise<{ readonly saw: ProbeResult; readonly upstream: Upstream }> {
  const { ask } = await import('./health-probe.ts')
  const done = new AbortController()
  const signal = AbortSignal.any([probe.signal, done.signal])
  const questions = probe.candidates.map(async (upstream) => {
    const saw = await ask({ upstream, path: probe.path, timeout, signal })
    if (saw === 'healthy') done.abort()
    return { saw, upstream }
  })
  const answers = await Promise.all(questions)
  const rank = (saw: ProbeResult): number => {
    const known = progress.findIndex((one) => one === saw)
    return saw === 'healthy' ? progress.length + 1 : known === -1 ? progress.length : known
  }
  const [best] = answers.toSorted((one, other) => rank(other.saw) - rank(one.saw))
  if (best === undefined) throw new TypeError('waitHealthy needs at least one candidate')
  return best
}

/** Between two looks that have to see the same. */
const steadyTime = 3_000

function elsewhereWatch(probe: HealthProbe): () => Promise<void> {
  const { clock } = probe
  let [seen, next, isTold] = ['', clock.monotonic() + steadyTime, false]
  return async () => {
    if (isTold || probe.tellElsewhere === undefined || clock.monotonic() < next) return
    next = clock.monotonic() + steadyTime
    const listening = (await probe.listeningElsewhere?.()) ?? []
    isTold = listening.length > 0 && listening.join() === seen
    seen = listening.join()
    if (isTold) probe.tellElsewhere(listening)
  }
}

async function elsewhere(probe: HealthProbe, { saw }: Sighting): Promise<HealthOutcome | undefined> {
  if (saw !== 'refused' || probe.listeningElsewhere === undefined) return undefined
  const listening = await probe.listeningElsewhere()
  return listening.length === 0 ? undefined : { state: 'wrong-port', listening }
}
