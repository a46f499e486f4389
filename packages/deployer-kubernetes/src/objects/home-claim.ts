import type { AppInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels } from './names.ts'

/** A Secret's name may be longer than any app's. */
export const homeClaimName = (app: string): string => `${app}-home`

/**
 * Which home has the app in this namespace. It is applied before all else and cannot be changed, so that of two homes that deploy an app of
 * one name at the same instant the cluster refuses the second, whatever each has seen before. It goes when the app is stopped.
 */
export function homeClaim({ owner, namespace }: Pick<AppInput, 'owner' | 'namespace'>): KubernetesObject {
  const { kind, apiVersion } = kinds.secret
  return {
    apiVersion,
    kind,
    metadata: { name: homeClaimName(owner.app), namespace, labels: { ...ownLabels(owner), [label.claim]: 'home' } },
    immutable: true,
    type: 'Opaque',
    data: { home: Buffer.from(owner.mark).toString('base64') },
  }
}
