/** The objects of a release as YAML, for whoever keeps them in a repository: stable from call to call, without a value of a secret. */
import type { BuildArtifact, DeploymentContext } from '@hop3/core'
import { appInputOf } from './app-input-of.ts'
import { appObjects } from './app-objects.ts'
import { usualFacts } from './cluster-facts.ts'
import type { KubernetesObject } from './objects/kinds.ts'
import { namespaceOf, readPlace } from './place.ts'
import { kubernetesOptions } from './kubernetes-options.ts'

/** See `Deployer.render`. Asks no cluster, and no credentials are read for it. */
export async function render(context: DeploymentContext, artifact: BuildArtifact): Promise<string> {
  const { pullSecret, gateway } = kubernetesOptions(context.config)
  const facts = { ...usualFacts, hasGateways: gateway !== undefined }
  const pullSecrets = pullSecret === false ? [] : [pullSecret === true ? `${context.appName}-pull` : pullSecret]
  const input = await appInputOf({ context, artifact, place: namespaceOf(context, await readPlace(context)), facts, pullSecrets })
  return documentsText(appObjects(input))
}

/** As YAML 1.1, which is how clusters read it: there `no` and `22:22` are no strings. */
export async function documentsText(objects: readonly KubernetesObject[]): Promise<string> {
  const { stringify } = await import('./yaml.ts')
  return objects
    .map(
      (object) =>
        `---\n${secretNotice(object)}${stringify(withoutValues(object), { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false })}`,
    )
    .join('')
}

/** Their names stay: they are what whoever keeps the documents has to bring. */
function withoutValues(object: KubernetesObject): KubernetesObject {
  const data = object['data']
  if (object.kind !== 'Secret' || typeof data !== 'object' || data === null) return object
  return {
    ...object,
    data: Object.fromEntries(
      Object.keys(data)
        .toSorted()
        .map((name) => [name, '']),
    ),
  }
}

const secretNotice = ({ kind }: KubernetesObject): string =>
  kind === 'Secret' ? '# The values are not shown: make it by `hop3 deploy`, or by whatever keeps secrets for the cluster.\n' : ''
