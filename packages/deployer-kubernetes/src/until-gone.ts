/** Waits for pods that are to go. */
import { hop3Error, type DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import type { Where } from './own-objects.ts'
import { listPods, type Pod } from './pods.ts'

/** `isGoing` is asked of every pod, with its ordinal among those of its worker and generation. Throws `deploy.kubernetes.not-stopped`. */
export async function untilGone(
  { appName, clock, config, signal }: Pick<DeploymentContext, 'appName' | 'clock' | 'config' | 'signal'>,
  cluster: Cluster,
  where: Where,
  isGoing: (pod: Pod, ordinal: number) => boolean,
): Promise<void> {
  const deadline = clock.monotonic() + (config.stopTimeout + 60) * 1000
  for (;;) {
    const left = withOrdinals(await listPods(cluster, where)).filter(({ pod, ordinal }) => isGoing(pod, ordinal))
    if (left.length === 0) return
    if (clock.monotonic() >= deadline)
      throw hop3Error(
        'deploy.kubernetes.not-stopped',
        `The cluster was told to end ${left.map(({ pod }) => pod.name).join(', ')} of ${appName}, and has not.`,
        {
          hint: `See why: kubectl describe pod ${left[0]?.pod.name} --namespace ${where.namespace}. Then run the command again.`,
          details: { pods: left.map(({ pod }) => pod.name) },
        },
      )
    await clock.sleep(200, signal)
  }
}

export interface Numbered {
  readonly pod: Pod
  /** From 1, oldest first; those that are ending come last. */
  readonly ordinal: number
}

/** Without those of one command. */
export function withOrdinals(pods: readonly Pod[]): readonly Numbered[] {
  const seen = new Map<string, number>()
  const lasting = pods.filter((pod) => !pod.isOneOff)
  return [...lasting.filter((pod) => !pod.isEnding), ...lasting.filter((pod) => pod.isEnding)].map((pod) => {
    const key = `${pod.worker}\0${pod.generation}`
    const ordinal = (seen.get(key) ?? 0) + 1
    seen.set(key, ordinal)
    return { pod, ordinal }
  })
}
