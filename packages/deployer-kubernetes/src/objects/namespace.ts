import type { AppInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { ownLabels } from './names.ts'

/** Only what runs as no privileged user gets in, whoever makes it. */
export function namespaceObject({ owner, namespace, user }: Pick<AppInput, 'owner' | 'namespace' | 'user'>): KubernetesObject {
  const { kind, apiVersion } = kinds.namespace
  const profile = user === 0 ? 'baseline' : 'restricted'
  return {
    apiVersion,
    kind,
    metadata: {
      name: namespace,
      labels: { ...ownLabels(owner), 'pod-security.kubernetes.io/enforce': profile, 'pod-security.kubernetes.io/warn': profile },
    },
  }
}
