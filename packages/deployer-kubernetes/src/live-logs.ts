/** What the pods that run print, as it comes: see `Deployer.logs`. */
import { isHop3Error, type DeploymentContext, type LogRequest } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { followedPod, type FollowedPod } from './followed-pod.ts'
import type { Where } from './own-objects.ts'
import { mayRun } from './place.ts'
import { readPodLog } from './pod-logs.ts'
import { listPods, withOrdinals, type Numbered } from './pods.ts'
import { withPlace, type AtPlace } from './with-place.ts'

/** Milliseconds between two looks at the pods. */
const lookEvery = 1_000

/** One after the other; or all at once and those that come, until the signal. */
export async function liveLogs(context: DeploymentContext, request: LogRequest): Promise<void> {
  const { lines, follow, signal } = request
  const print = async ({ cluster, where }: AtPlace): Promise<void> => {
    if (follow) return followAll(context, cluster, where, request)
    const { app, namespace } = where
    for (const one of await listNumbered(cluster, where, request))
      await readPodLog(cluster, { app, namespace, pod: one.pod.name, tail: lines, signal, onLine: printerOf(one, request) })
  }
  await withPlace(context, print, (place) => follow || mayRun(place))
}

async function listNumbered(cluster: Cluster, where: Where, { worker }: LogRequest): Promise<readonly Numbered[]> {
  const pods = await listPods(cluster, where)
  // The cluster keeps the last run of a cron worker that went well, and the last that did not.
  const runs = pods.filter(({ isCronRun }) => isCronRun).map((pod) => ({ pod, ordinal: 1 }))
  const hasLog = ({ pod }: Numbered): boolean => pod.isRunning || pod.ended !== undefined
  return [...withOrdinals(pods), ...runs].filter((one) => (worker === undefined || one.pod.worker === worker) && hasLog(one))
}

const printerOf =
  ({ pod, ordinal }: Numbered, { onLine }: LogRequest) =>
  (text: string): void =>
    onLine({ worker: pod.worker, ordinal, text })

/** Throws what no other look would mend: the right to read them is missing. */
async function followAll(context: DeploymentContext, cluster: Cluster, where: Where, request: LogRequest): Promise<void> {
  const { lines, signal } = request
  const { app, namespace } = where
  const followed = new Map<string, FollowedPod>()
  const streams = new Map<string, Promise<void>>()
  const refused: Error[] = []
  const followOne = (one: Numbered, tail?: number): FollowedPod =>
    followedPod(
      (from) => readPodLog(cluster, { app, namespace, pod: one.pod.name, follow: true, signal, ...from }),
      printerOf(one, request),
      tail,
    )
  const first = await listNumbered(cluster, where, request)
  for (const one of first) followed.set(one.pod.name, followOne(one, lines))
  for (let found = first; !signal.aborted; found = await listNumbered(cluster, where, request).catch(() => [])) {
    for (const one of found) {
      const { name } = one.pod
      const known = followed.get(name) ?? followOne(one)
      followed.set(name, known)
      if (streams.has(name) || !known.mayHaveMore(one.pod)) continue
      const stream = known.readOn(one.pod).catch((error: unknown) => {
        if (isHop3Error(error) && refusals.has(error.code)) refused.push(error)
      })
      streams.set(
        name,
        stream.finally(() => streams.delete(name)),
      )
    }
    await context.clock.sleep(lookEvery, signal).catch(() => {})
    const [error] = refused
    if (error !== undefined) throw error
  }
  await Promise.all(streams.values())
}

const refusals: ReadonlySet<string> = new Set(['deploy.kubernetes.forbidden', 'environment.kubernetes-login'])
