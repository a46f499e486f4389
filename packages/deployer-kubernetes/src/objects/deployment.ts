import type { AppInput, WorkerInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels, workerName } from './names.ts'
import { isExclusive, podTemplate } from './pod.ts'

/** A worker that lasts: the new pods first, and the old ones only when those are ready. */
export function deployment(input: AppInput, worker: WorkerInput): KubernetesObject {
  const { owner, namespace, release, generation } = input
  const { kind, apiVersion } = kinds.deployment
  return {
    apiVersion,
    kind,
    metadata: {
      name: workerName(owner.app, worker.worker),
      namespace,
      labels: { ...ownLabels(owner), [label.worker]: worker.worker, [label.release]: release, [label.generation]: String(generation) },
    },
    spec: {
      // What the autoscaler decides is not said.
      ...(worker.most === undefined ? { replicas: worker.replicas } : {}),
      revisionHistoryLimit: 2,
      // Without a probe a process is ready when it runs: it has to stay, as long as it takes to find that a setting is missing.
      ...(worker.web === undefined ? { minReadySeconds: 1 } : {}),
      selector: { matchLabels: { [label.app]: owner.app, [label.worker]: worker.worker, [label.managedBy]: 'hop3' } },
      strategy: isExclusive(input)
        ? { type: 'Recreate' }
        : { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: podTemplate(input, worker, { isLasting: true }),
    },
  }
}
