import type { AppInput, WorkerInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels } from './names.ts'
import { podTemplate } from './pod.ts'

/** One command, once, as a worker of the release would run: `before_run`, and `hop3 exec`. */
export function commandJob(input: AppInput, worker: WorkerInput, name: string): KubernetesObject {
  const { owner, namespace, release } = input
  const { kind, apiVersion } = kinds.job
  const labels = { ...ownLabels(owner), [label.worker]: worker.worker, [label.release]: release, [label.oneOff]: 'exec' }
  const template = podTemplate(input, worker, { isLasting: false })
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels },
    spec: {
      backoffLimit: 0,
      // Where nobody is left to remove it.
      ttlSecondsAfterFinished: 600,
      template: { ...template, metadata: { labels: { ...template.metadata.labels, [label.oneOff]: 'exec' } } },
    },
  }
}
