/** Which instances of an app are wanted: a pure decision. */
import {
  checkAppName,
  checkWorkerName,
  hop3Error,
  targetScale,
  visible,
  type BuildArtifact,
  type Deltas,
  type DeploymentContext,
} from '@hop3/core'
import { formatInstanceName, type InstanceName } from './instance-name.ts'
import { processWorkers, workerKind, type WorkerKind } from './worker-kind.ts'

export interface WantedInstance extends InstanceName {
  readonly id: string
  readonly kind: WorkerKind
  readonly command: string
}

/** In the order of workers and ordinals. Throws `config.*` for names and counts that are none. */
export function wantedInstances(context: DeploymentContext, artifact: BuildArtifact, deltas: Deltas = {}): readonly WantedInstance[] {
  const app = checkAppName(context.appName)
  const { id: release } = context.release
  if (!/^[A-Za-z0-9._-]+$/.test(release)) throw hop3Error('internal.release-id', `${visible(release)} is not a release id.`)
  const commands = processWorkers(artifact.runtime.workers)
  const counts = targetScale(artifact.runtime.workers, context.scale, deltas)
  return Object.entries(commands).flatMap(([worker, command]) =>
    Array.from({ length: counts[checkWorkerName(worker)] ?? 1 }, (_, index) => {
      const name = { app, worker, ordinal: index + 1, release, generation: context.generation }
      return { ...name, id: formatInstanceName(name), kind: workerKind(worker), command }
    }),
  )
}
