import type { AppInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels, serviceName } from './names.ts'

/** The app's host names, for the cluster's ingress controller. */
export function ingress({ owner, namespace, domains, options }: AppInput): KubernetesObject {
  const { kind, apiVersion } = kinds.ingress
  const backend = { service: { name: serviceName(owner.app), port: { name: 'http' } } }
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] }
  const hosts = domains.filter((host) => host !== '_')
  return {
    apiVersion,
    kind,
    metadata: { name: owner.app, namespace, labels: { ...ownLabels(owner), [label.worker]: 'web' } },
    spec: {
      ...(options.ingressClass === undefined ? {} : { ingressClassName: options.ingressClass }),
      rules: domains.map((host) => (host === '_' ? { http } : { host, http })),
      ...(options.tlsSecret === undefined ? {} : { tls: [{ ...(hosts.length === 0 ? {} : { hosts }), secretName: options.tlsSecret }] }),
    },
  }
}
