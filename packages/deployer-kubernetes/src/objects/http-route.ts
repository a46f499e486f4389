import type { AppInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels, serviceName } from './names.ts'

/** The app's host names, for a Gateway of the cluster: `infra/public`, or `public` of the app's own namespace. */
export function httpRoute({ owner, namespace, domains }: AppInput, gateway: string): KubernetesObject {
  const { kind, apiVersion } = kinds.httpRoute
  const [name = '', ofNamespace] = gateway.split('/').toReversed()
  const hostnames = domains.filter((host) => host !== '_')
  return {
    apiVersion,
    kind,
    metadata: { name: owner.app, namespace, labels: { ...ownLabels(owner), [label.worker]: 'web' } },
    spec: {
      parentRefs: [{ name, ...(ofNamespace === undefined ? {} : { namespace: ofNamespace }) }],
      ...(hostnames.length === 0 || hostnames.length < domains.length ? {} : { hostnames }),
      rules: [{ backendRefs: [{ name: serviceName(owner.app), port: 80 }] }],
    },
  }
}
