import type { AppInput, WorkerInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels, workerName } from './names.ts'

/** By the share of the processors asked for: four fifths. */
export function autoscaler({ owner, namespace }: AppInput, { worker, replicas, most = replicas }: WorkerInput): KubernetesObject {
  const { kind, apiVersion } = kinds.autoscaler
  const name = workerName(owner.app, worker)
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels: { ...ownLabels(owner), [label.worker]: worker } },
    spec: {
      scaleTargetRef: { apiVersion: kinds.deployment.apiVersion, kind: kinds.deployment.kind, name },
      minReplicas: replicas,
      maxReplicas: most,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  }
}
