import type { AppInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { label, ownLabels, serviceName } from './names.ts'

/** One address for every instance of `web`, of whichever release. */
export function webService({ owner, namespace, options }: AppInput): KubernetesObject {
  const { kind, apiVersion } = kinds.service
  return {
    apiVersion,
    kind,
    metadata: { name: serviceName(owner.app), namespace, labels: { ...ownLabels(owner), [label.worker]: 'web' } },
    spec: {
      type: options.service,
      selector: { [label.app]: owner.app, [label.worker]: 'web', [label.managedBy]: 'hop3' },
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  }
}
