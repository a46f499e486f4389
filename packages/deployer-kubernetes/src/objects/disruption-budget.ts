import type { AppInput, WorkerInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels, workerName } from './names.ts'

/** Who empties a node takes one instance after the other. */
export function disruptionBudget({ owner, namespace }: AppInput, { worker }: WorkerInput): KubernetesObject {
  const { kind, apiVersion } = kinds.budget
  return {
    apiVersion,
    kind,
    metadata: { name: workerName(owner.app, worker), namespace, labels: { ...ownLabels(owner), [label.worker]: worker } },
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { [label.app]: owner.app, [label.worker]: worker, [label.managedBy]: 'hop3' } },
    },
  }
}
