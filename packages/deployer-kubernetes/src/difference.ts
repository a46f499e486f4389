/** What a deploy would change, by the API server's own word: each object applied as a dry run, beside what is there. */
import type { BuildArtifact, DeploymentContext, FieldChange, ObjectChange } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { withCluster, type Cluster } from './client/cluster.ts'
import { isAutoscaled, isCountOfHop3 } from './counts.ts'
import type { Table } from './json-table.ts'
import { whereOf } from './roll-out.ts'
import { fieldChanges } from './field-changes.ts'
import { keysOf } from './keys-of.ts'
import { kinds, objectPath, type KubernetesObject } from './objects/kinds.ts'
import { listOthers } from './own-objects.ts'
import { readPlace, wishOf } from './place.ts'
import { checkWelcome, prepare, sayWhatIsDifferent, type Prepared } from './prepare.ts'
import { tryObject } from './try-release.ts'

/** See `Deployer.difference`. */
export async function difference(context: DeploymentContext, artifact: BuildArtifact): Promise<readonly ObjectChange[]> {
  const known = await readPlace(context)
  return withCluster(context, wishOf(context, known), async (cluster) => {
    const prepared = await prepare(context, artifact, cluster, { known })
    const { input, objects } = prepared
    await checkWelcome(cluster, prepared, ['create', 'patch', 'get'])
    sayWhatIsDifferent(context, artifact, input)
    const others = await listOthers(context, cluster, whereOf(input), keysOf(context.appName, objects))
    const going = others.map(({ kind: { kind }, name }) => ({ action: 'delete' as const, kind, name, fields: [] }))
    const scaled = new Set(others.filter(({ kind }) => kind === kinds.autoscaler).map(({ name }) => name))
    return [...(await changesOf(cluster, prepared, scaled)), ...going]
  })
}

/** `scaled`: workers whose autoscaler goes, and with it what it says of their Deployments. */
async function changesOf(cluster: Cluster, { input, objects }: Prepared, scaled: ReadonlySet<string>): Promise<readonly ObjectChange[]> {
  const changes: ObjectChange[] = []
  // In a namespace that is not there yet the server tries nothing.
  let canTry = true
  for (const object of objects) {
    const { kind, metadata } = object
    const { name } = metadata
    const live = await readLive(cluster, input.owner.app, object)
    const isCounted = (): boolean => scaled.has(name) || (live !== undefined && isCountOfHop3(live))
    const tried = canTry ? await tryObject(cluster, input, object, isCounted) : undefined
    if (live === undefined) {
      changes.push({ action: 'create', kind, name, fields: [] })
      canTry &&= kind !== kinds.namespace.kind
      continue
    }
    const fields = fieldsOf(object, live, tried)
    if (fields.length > 0) changes.push({ action: 'change', kind, name, fields })
  }
  return changes
}

/** Undefined where it is not there. */
async function readLive(cluster: Cluster, app: string, object: KubernetesObject): Promise<Table | undefined> {
  const attempt = { what: `Cannot read ${object.kind} ${object.metadata.name} of ${app}`, app }
  const body = await cluster.expect({ method: 'GET', path: objectPath(object) }, [200, 404], attempt)
  return isObject(body) && body['kind'] === object.kind ? body : undefined
}

/** An autoscaler says how many there are: see `counts.ts`. Of a Secret no value is told, whoever has put it there and wherever. */
function fieldsOf(object: KubernetesObject, live: Table, tried: unknown): readonly FieldChange[] {
  const fields = fieldChanges(comparable(live), comparable(tried))
  const told = isAutoscaled(object) ? fields.filter(({ path }) => path !== 'spec.replicas') : fields
  return object.kind === kinds.secret.kind ? told.map(({ path }) => ({ path, isSecret: true as const })) : told
}

/** Without what the server keeps for itself. */
function comparable(object: unknown): unknown {
  if (!isObject(object)) return object
  const { status: _status, ...rest } = object
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
