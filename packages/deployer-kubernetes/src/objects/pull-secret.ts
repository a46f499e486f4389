import type { AppInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { ownLabels } from './names.ts'

/** `config`: of ~/.docker/config.json, what one registry needs. */
export function pullSecret({ owner, namespace }: Pick<AppInput, 'owner' | 'namespace'>, name: string, config: object): KubernetesObject {
  const { kind, apiVersion } = kinds.secret
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels: ownLabels(owner) },
    immutable: true,
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') },
  }
}
