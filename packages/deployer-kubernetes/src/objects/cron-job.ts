import type { AppInput, WorkerInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels, workerName } from './names.ts'
import { podTemplate } from './pod.ts'

/** A cron worker: the cluster starts it at its times, each run in a pod of its own. */
export function cronJob(input: AppInput, worker: WorkerInput): KubernetesObject {
  const { owner, namespace, release, generation } = input
  const { kind, apiVersion } = kinds.cronJob
  const labels = { ...ownLabels(owner), [label.worker]: worker.worker, [label.release]: release, [label.generation]: String(generation) }
  return {
    apiVersion,
    kind,
    metadata: { name: workerName(owner.app, worker.worker), namespace, labels },
    spec: {
      schedule: worker.schedule?.fields ?? '',
      timeZone: worker.schedule?.timeZone ?? 'Etc/UTC',
      suspend: worker.replicas === 0,
      // A run that takes long keeps no other from its time.
      concurrencyPolicy: 'Allow',
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { metadata: { labels }, spec: { backoffLimit: 0, template: podTemplate(input, worker, { isLasting: false }) } },
    },
  }
}
