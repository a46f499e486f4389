/** What a deploy would change, by the API server's own word: each object applied as a dry run, beside what is there. */
import type { BuildArtifact, DeploymentContext } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { apply } from './apply.ts'
import { appInputOf } from './app-input-of.ts'
import { appObjects } from './app-objects.ts'
import { withCluster, type Cluster } from './client/cluster.ts'
import { readFacts } from './cluster-facts.ts'
import { keysOf, whereOf } from './deploy.ts'
import { objectPath, type KubernetesObject } from './objects/kinds.ts'
import { listOthers } from './own-objects.ts'
import { namespaceOf, readPlace, wishOf } from './place.ts'
import { pullSecretOf } from './pull-secret-of.ts'
import { lineDifference } from './line-difference.ts'

/** See `Deployer.difference`. Changes nothing. */
export async function difference(context: DeploymentContext, artifact: BuildArtifact): Promise<string> {
  return withCluster(context, wishOf(context, await readPlace(context)), async (cluster) => {
    const pulling = await pullSecretOf(context, artifact)
    const pullSecrets = pulling === undefined ? [] : [pulling.name]
    const facts = await readFacts(cluster, context.appName)
    const place = namespaceOf(context, await readPlace(context))
    const input = await appInputOf({ context, artifact, place, facts, pullSecrets })
    const objects = appObjects(input)
    const changes: string[] = []
    for (const object of objects) changes.push(await change(cluster, object, context.appName))
    const kept = keysOf(context.appName, objects)
    for (const { kind, name } of await listOthers(context, cluster, whereOf(input), kept))
      changes.push(`- ${kind.kind} ${name} goes
`)
    return changes.join('')
  })
}

async function change(cluster: Cluster, object: KubernetesObject, app: string): Promise<string> {
  const name = `${object.kind} ${object.metadata.name}`
  const live = await cluster.ask({ method: 'GET', path: objectPath(object) })
  // In a namespace that is not there yet the server tries nothing.
  if (live.status !== 200) return `+ ${name} is new\n`
  const tried = await apply(cluster, object, { app, isForced: true, isDryRun: true })
  const { stringify } = await import('yaml')
  const [before, after] = [live.body, tried].map((one) =>
    stringify(comparable(one), { lineWidth: 0, sortMapEntries: true, aliasDuplicateObjects: false }),
  )
  const lines = lineDifference(before ?? '', after ?? '')
  return lines.length === 0 ? '' : `  ${name}\n${lines.map((line) => `${line}\n`).join('')}`
}

/** Without what the server keeps for itself, and without values of Secrets. */
function comparable(object: unknown): unknown {
  if (!isObject(object)) return object
  const { status: _status, data: _data, ...rest } = object
  const metadata = isObject(rest['metadata']) ? rest['metadata'] : {}
  const {
    managedFields: _managed,
    resourceVersion: _version,
    generation: _generation,
    uid: _uid,
    creationTimestamp: _created,
    ...kept
  } = metadata
  return { ...rest, metadata: kept }
}
