/** The objects of a release as YAML, for whoever keeps them in a repository: stable from call to call, without a value of a secret. */
import type { BuildArtifact, DeploymentContext } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { appInputOf } from './app-input-of.ts'
import { appObjects } from './app-objects.ts'
import { usualFacts } from './cluster-facts.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'
import { namespaceOf, readPlace } from './place.ts'
import { kubernetesOptions } from './kubernetes-options.ts'

/** See `Deployer.render`. Asks no cluster, and no kubeconfig is read for it: whose it is makes no difference. */
export async function render(context: DeploymentContext, artifact: BuildArtifact): Promise<string> {
  const { pullSecret, gateway } = kubernetesOptions(context.config)
  const facts = { ...usualFacts, hasGateways: gateway !== undefined }
  const pullSecrets = pullSecret === false ? [] : [pullSecret === true ? `${context.appName}-pull` : pullSecret]
  const input = await appInputOf({ context, artifact, place: namespaceOf(context, await readPlace(context)), facts, pullSecrets })
  return documentsText(appObjects(input))
}

/** As YAML 1.1, which is how clusters read it: there `no` and `22:22` are no strings. */
async function documentsText(objects: readonly KubernetesObject[]): Promise<string> {
  const { stringify } = await import('./yaml.ts')
  const documents = objects
    .filter((object) => keysOfSecret(object).length === 0)
    .map((object) => `---\n${stringify(object, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false })}`)
  return [...objects.map(notice), ...documents].join('')
}

/**
 * In place of a document: with blanks for values it would be taken as it is, pods would start with them, and what has the values could not be
 * applied after it.
 */
function notice(object: KubernetesObject): string {
  const keys = keysOfSecret(object)
  if (keys.length === 0) return ''
  const { name, namespace = '' } = object.metadata
  return `# Secret ${name} in ${namespace} is not in this file: it is made by \`hop3 deploy\`, or by whatever keeps secrets for the cluster.\n# Its keys: ${keys.join(', ')}\n`
}

/** Of one that has no values everything can be told. */
function keysOfSecret({ kind, data }: KubernetesObject): readonly string[] {
  return kind === kinds.secret.kind && isObject(data) ? Object.keys(data).toSorted() : []
}
