import type { AppInput, WorkerInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { annotation, label, ownLabels } from './names.ts'
import { podTemplate } from './pod.ts'

export interface CommandJob {
  readonly name: string
  /** See `one-offs.ts`. */
  readonly starter: string
}

/** One command, once, as a worker of the release would run: `before_run`, and `hop3 exec`. */
export function commandJob(input: AppInput, worker: WorkerInput, { name, starter }: CommandJob): KubernetesObject {
  const { owner, namespace, release } = input
  const { kind, apiVersion } = kinds.job
  const labels = { ...ownLabels(owner), [label.worker]: worker.worker, [label.release]: release, [label.oneOff]: 'exec' }
  const template = podTemplate(input, worker, { isLasting: false })
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels, annotations: { [annotation.starter]: starter } },
    spec: {
      backoffLimit: 0,
      // Where nobody is left to remove it.
      ttlSecondsAfterFinished: 600,
      template: { ...template, metadata: { labels: { ...template.metadata.labels, [label.oneOff]: 'exec' } } },
    },
  }
}
