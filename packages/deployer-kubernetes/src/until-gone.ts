/** Waits for pods that are to go. */
import { hop3Error, type DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { longestDrainDelay } from './kubernetes-options.ts'
import type { Where } from './own-objects.ts'
import { listPods, withOrdinals, type Pod } from './pods.ts'

type Waiting = Pick<DeploymentContext, 'appName' | 'clock' | 'config' | 'signal'>

/** `isGoing` is asked of every pod, with its ordinal among those of its worker and generation. Throws `deploy.kubernetes.not-stopped`. */
export async function untilGone(
  context: Waiting,
  cluster: Cluster,
  where: Where,
  isGoing: (pod: Pod, ordinal: number) => boolean,
): Promise<void> {
  await untilNone(context, where, async () =>
    withOrdinals(await listPods(cluster, where)).flatMap(({ pod, ordinal }) => (isGoing(pod, ordinal) ? [pod] : [])),
  )
}

/** `look` says which are there yet. Throws `deploy.kubernetes.not-stopped`. */
export async function untilNone(
  { appName, clock, config, signal }: Waiting,
  { namespace }: Pick<Where, 'namespace'>,
  look: () => Promise<readonly Pod[]>,
): Promise<void> {
  const deadline = clock.monotonic() + (config.stopTimeout + longestDrainDelay + 60) * 1000
  for (;;) {
    const left = (await look()).map(({ name }) => name)
    if (left.length === 0) return
    if (clock.monotonic() >= deadline)
      throw hop3Error('deploy.kubernetes.not-stopped', `The cluster was told to end ${left.join(', ')} of ${appName}, and has not.`, {
        hint: `See why: kubectl describe pod ${left[0]} --namespace ${namespace}. Then run the command again.`,
        details: { pods: left },
      })
    await clock.sleep(200, signal)
  }
}
