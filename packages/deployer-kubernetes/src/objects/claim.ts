import type { AppInput, VolumeInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { ownLabels } from './names.ts'

/** A volume outlives releases, and the app's stop: only its destroy removes it. */
export function volumeClaim({ owner, namespace, options }: AppInput, { claim, size }: VolumeInput): KubernetesObject {
  const { kind, apiVersion } = kinds.claim
  return {
    apiVersion,
    kind,
    metadata: { name: claim, namespace, labels: ownLabels(owner) },
    spec: {
      accessModes: [options.accessMode],
      resources: { requests: { storage: size } },
      ...(options.storageClass === undefined ? {} : { storageClassName: options.storageClass }),
    },
  }
}
