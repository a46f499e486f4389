/** What the pods that run print, as it comes: see `Deployer.logs`. */
import type { DeploymentContext, LogRequest } from '@hop3/core'
import { withCluster } from './client/cluster.ts'
import { homeMark } from './objects/names.ts'
import { readPlace } from './place.ts'
import { readPodLog } from './pod-logs.ts'
import { listPods } from './pods.ts'
import { withOrdinals, type Numbered } from './until-gone.ts'

/** Milliseconds between two looks for pods that have started. */
const lookEvery = 1_000

/** One after the other; or all at once and those that come, until the signal. */
export async function liveLogs(context: DeploymentContext, { lines, follow, signal, worker, onLine }: LogRequest): Promise<void> {
  const place = await readPlace(context)
  if (place === undefined) return
  const where = { app: context.appName, mark: homeMark(context.directories.home), namespace: place.namespace }
  await withCluster(context, { context: place.context }, async (cluster) => {
    const list = async (): Promise<readonly Numbered[]> => {
      const pods = await listPods(cluster, where)
      // The cluster keeps the last run of a cron worker that went well, and the last that did not.
      const runs = pods.filter(({ isCronRun }) => isCronRun).map((pod) => ({ pod, ordinal: 1 }))
      return [...withOrdinals(pods), ...runs].filter(({ pod }) => worker === undefined || pod.worker === worker)
    }
    const read = ({ pod, ordinal }: Numbered, tail?: number): Promise<void> =>
      readPodLog(cluster, {
        namespace: place.namespace,
        pod: pod.name,
        follow,
        signal,
        ...(tail === undefined ? {} : { tail }),
        onLine: (text) => onLine({ worker: pod.worker, ordinal, text }),
      })
    const present = await list()
    if (!follow) {
      for (const one of present) await read(one, lines)
      return
    }
    const followed = new Map<string, Promise<void>>()
    for (let found = present, tail: number | undefined = lines; ; found = await list().catch(() => []), tail = undefined) {
      for (const one of found)
        if (!followed.has(one.pod.name) && (one.pod.isRunning || one.pod.ended !== undefined))
          followed.set(
            one.pod.name,
            read(one, tail).catch(() => {}),
          )
      await context.clock.sleep(lookEvery, signal).catch(() => {})
      if (signal.aborted) break
    }
    await Promise.all(followed.values())
  })
}
