/** What the pods that run print, as it comes: see `Deployer.logs`. */
import { isHop3Error, type DeploymentContext, type LogRequest } from '@hop3/core'
import { readPodLog, type PodLogRequest } from './pod-logs.ts'
import { mayRun } from './place.ts'
import { listPods } from './pods.ts'
import { withOrdinals, type Numbered } from './until-gone.ts'
import { withPlace, type AtPlace } from './with-place.ts'

/** Milliseconds between two looks for pods that have started. */
const lookEvery = 1_000

/** One after the other; or all at once and those that come, until the signal. */
export async function liveLogs(context: DeploymentContext, request: LogRequest): Promise<void> {
  const { lines, follow, signal, worker, onLine } = request
  const print = async ({ cluster, where }: AtPlace): Promise<void> => {
    const list = async (): Promise<readonly Numbered[]> => {
      const pods = await listPods(cluster, where)
      // The cluster keeps the last run of a cron worker that went well, and the last that did not.
      const runs = pods.filter(({ isCronRun }) => isCronRun).map((pod) => ({ pod, ordinal: 1 }))
      const hasLog = ({ pod }: Numbered): boolean => pod.isRunning || pod.ended !== undefined
      return [...withOrdinals(pods), ...runs].filter((one) => (worker === undefined || one.pod.worker === worker) && hasLog(one))
    }
    const read = async ({ pod, ordinal }: Numbered, from: From, onFirst = (): void => {}): Promise<void> => {
      const { app, namespace } = where
      const onText = (text: string): void => {
        onFirst()
        onLine({ worker: pod.worker, ordinal, text })
      }
      await readPodLog(cluster, { app, namespace, pod: pod.name, follow, signal, ...from, onLine: onText })
    }
    if (follow) return followAll(context, list, read, request)
    for (const one of await list()) await read(one, { tail: lines })
  }
  await withPlace(context, print, (place) => follow || mayRun(place))
}

type From = Pick<PodLogRequest, 'tail' | 'sinceSeconds'>

/** Throws what no other look would mend: the right to read them is missing. */
async function followAll(
  { clock }: DeploymentContext,
  list: () => Promise<readonly Numbered[]>,
  read: (one: Numbered, from: From, onFirst: () => void) => Promise<void>,
  { lines, signal }: LogRequest,
): Promise<void> {
  const streams = new Map<string, Promise<void>>()
  const said = new Set<string>()
  /** When a stream that had said something broke off: the next one goes on from there. */
  const broken = new Map<string, number>()
  const refused: Error[] = []
  const follow = async (key: string, one: Numbered, from: From): Promise<void> => {
    try {
      await read(one, from, () => said.add(key))
    } catch (error) {
      if (isHop3Error(error) && refusals.has(error.code)) refused.push(error)
      if (said.has(key)) broken.set(key, clock.monotonic())
      streams.delete(key)
    }
  }
  const first = await list()
  const present = new Set(first.map(keyOf))
  for (let found = first; !signal.aborted; found = await list().catch(() => [])) {
    for (const one of found) {
      const key = keyOf(one)
      if (streams.has(key)) continue
      const since = broken.get(key)
      const whole = present.has(key) ? { tail: lines } : {}
      streams.set(key, follow(key, one, since === undefined ? whole : { sinceSeconds: 1 + Math.floor((clock.monotonic() - since) / 1000) }))
    }
    await clock.sleep(lookEvery, signal).catch(() => {})
    const [error] = refused
    if (error !== undefined) throw error
  }
  await Promise.all(streams.values())
}

const refusals: ReadonlySet<string> = new Set(['deploy.kubernetes.forbidden', 'environment.kubernetes-login'])

/** A container that was started again in its pod is another one, with a log of its own. */
const keyOf = ({ pod }: Numbered): string => `${pod.name}/${pod.restarts}`
