import type { AppInput } from './app-input.ts'
import { kinds, type KubernetesObject } from './kinds.ts'
import { ownLabels } from './names.ts'

/** What the app is given as its environment, byte for byte. Its name is of its content: another value is another Secret. */
export function environmentSecret({ owner, namespace, environment }: AppInput): KubernetesObject {
  const { kind, apiVersion } = kinds.secret
  const data = Object.entries(environment.values).map(([name, value]) => [name, Buffer.from(value).toString('base64')] as const)
  return {
    apiVersion,
    kind,
    metadata: { name: environment.name, namespace, labels: ownLabels(owner) },
    immutable: true,
    type: 'Opaque',
    // An immutable Secret without data and one with empty data are two to the server.
    ...(data.length === 0 ? {} : { data: Object.fromEntries(data) }),
  }
}
