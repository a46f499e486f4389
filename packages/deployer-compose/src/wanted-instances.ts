/** Which instances of an app are wanted: a pure decision. */
import {
  checkWorkerName,
  commandWorkers,
  targetScale,
  workerKind,
  type BuildArtifact,
  type Deltas,
  type DeploymentContext,
  type WorkerKind,
} from '@hop3/core'
import { homeMark, projectName, serviceName } from './names.ts'

/** What tells one container of ours from all others. */
export interface InstanceName {
  readonly app: string
  /** `web`. */
  readonly worker: string
  /** From 1. */
  readonly ordinal: number
  readonly release: string
  readonly generation: number
  readonly project: string
  readonly service: string
}

export interface WantedInstance extends InstanceName {
  readonly kind: WorkerKind
  readonly command: string
}

/** In the order of workers and ordinals. Throws `config.*` for names and counts that are none. */
export function wantedInstances(context: DeploymentContext, artifact: BuildArtifact, deltas: Deltas = {}): readonly WantedInstance[] {
  const { appName: app, generation, release } = context
  const project = projectName(app, release.id, generation, homeMark(context.directories.home))
  const counts = targetScale(artifact.runtime.workers, context.scale, deltas)
  return Object.entries(commandWorkers(artifact.runtime.workers)).flatMap(([worker, command]) =>
    Array.from({ length: counts[checkWorkerName(worker)] ?? 1 }, (_, index) => ({
      app,
      worker,
      ordinal: index + 1,
      release: release.id,
      generation,
      project,
      service: serviceName(worker, index + 1),
      kind: workerKind(worker),
      command,
    })),
  )
}
