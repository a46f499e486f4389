/** Applies a release part by part, and watches each: visitors see it when all that works behind it runs. */
import type { BuildArtifact, DeploymentContext } from '@hop3/core'
import { applyRelease } from './apply-release.ts'
import type { Cluster } from './client/cluster.ts'
import { handOverCounts, sayFirstCounts } from './counts.ts'
import { leaveYoungest } from './leave-youngest.ts'
import type { AppInput, WorkerInput } from './objects/app-input.ts'
import type { KubernetesObject } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { isExclusive } from './objects/pod.ts'
import type { Where } from './own-objects.ts'
import type { Prepared } from './prepare.ts'
import { watchRollOut } from './watch-roll-out.ts'

export const whereOf = ({ owner, namespace }: AppInput): Where => ({ ...owner, namespace })

/** Resolves when every worker runs, of this generation alone. Throws `deploy.kubernetes.*` and `health.*`. */
export async function rollOut(
  context: DeploymentContext,
  artifact: BuildArtifact,
  cluster: Cluster,
  { input, objects, before }: Prepared,
  onApplied: (object: KubernetesObject) => void,
): Promise<void> {
  const where = whereOf(input)
  const lasting = input.workers.filter(({ kind }) => kind !== 'cron')
  await leaveYoungest(cluster, where, { workers: lasting, generation: context.generation, before })
  await handOverCounts(cluster, where, input, before)
  const counts: Record<string, number | undefined> = {}
  for (const part of partsOf(input, objects, lasting)) {
    await applyRelease(context, cluster, input, part.objects, onApplied)
    await sayFirstCounts(cluster, where, part.workers, before)
    for (const { worker, replicas, most } of part.workers) counts[worker] = most === undefined ? replicas : undefined
    await watchRollOut({ context, cluster, where, counts, patience: artifact.runtime.healthcheckTimeout })
  }
}

interface Part {
  readonly objects: readonly KubernetesObject[]
  readonly workers: readonly WorkerInput[]
}

/** What visitors see comes last. Volumes for one node at a time come to another one when all that had them has ended: there all go together. */
function partsOf(input: AppInput, objects: readonly KubernetesObject[], lasting: readonly WorkerInput[]): readonly Part[] {
  const behind = lasting.filter(({ kind }) => kind !== 'web')
  if (behind.length === 0 || behind.length === lasting.length || isExclusive(input)) return [{ objects, workers: lasting }]
  const isSeen = ({ metadata }: KubernetesObject): boolean => metadata.labels[label.worker] === 'web'
  return [
    { objects: objects.filter((object) => !isSeen(object)), workers: behind },
    { objects: objects.filter(isSeen), workers: lasting.filter(({ kind }) => kind === 'web') },
  ]
}
