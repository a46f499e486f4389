/** Back to exactly what was there before a roll-out that failed, as far as the roll-out has changed it. */
import { isHop3Error, type DeploymentContext } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { apply } from './apply.ts'
import type { Cluster } from './client/cluster.ts'
import { isAutoscaled, isCountOfHop3, isOfCount, sayCountsAgain } from './counts.ts'
import { readDocument, writeDocument } from './documents.ts'
import { numberIn, tableIn, type Table } from './json-table.ts'
import { keysOf } from './keys-of.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'
import { label } from './objects/names.ts'
import { keyOf, labelOf, listOwn, nameOf, removeOthers, type Where } from './own-objects.ts'
import type { Prepared } from './prepare.ts'
import { untilGone } from './until-gone.ts'

export interface Earlier {
  readonly generation: number
  readonly release: string
  /** Undefined where it was applied from somewhere else. */
  readonly objects: readonly KubernetesObject[] | undefined
  /** Its Deployments, as the cluster had them. */
  readonly before: readonly Table[]
}

/** What is there now, as it was applied. Undefined: nothing. Of two generations the one that visitors meet. */
export async function earlierOf(context: DeploymentContext, { before }: Pick<Prepared, 'before'>): Promise<Earlier | undefined> {
  const met = before.find((one) => labelOf(one, label.worker) === 'web') ?? before[0]
  if (met === undefined) return undefined
  const [generation, release] = [Number(labelOf(met, label.generation)), labelOf(met, label.release)]
  return { generation, release, objects: await readDocument(context, generation, release), before }
}

export interface WayBack {
  readonly where: Where
  /** Without it, back to nothing. */
  readonly earlier: Earlier | undefined
  /** What the roll-out has applied, by kind and name. */
  readonly applied: ReadonlySet<string>
  /** Whoever deploys wants fields that others have said. */
  readonly isForced: boolean
}

export async function goBack(context: DeploymentContext, cluster: Cluster, way: WayBack): Promise<void> {
  const { where, earlier } = way
  // Whoever comes next (`settle`) applies the release that served.
  if (earlier !== undefined && earlier.objects === undefined) return
  const objects = earlier?.objects ?? []
  await sayCountsAgain(cluster, where, objects, earlier?.before ?? [])
  const counts = new Map<string, number>()
  // A claim outlives releases, and one that has grown meanwhile is not made smaller.
  for (const object of objects.filter(({ kind }) => kind !== kinds.claim.kind)) {
    const live = await applyAgain(cluster, way, object)
    if (object.kind === kinds.deployment.kind) counts.set(object.metadata.labels[label.worker] ?? '', mostOf(object, live))
  }
  await removeOthers(context, cluster, where, keysOf(where.app, objects))
  if (earlier !== undefined) await writeDocument(context, earlier.generation, earlier.release, objects)
  await untilGone(
    context,
    cluster,
    where,
    (pod, ordinal) => pod.generation !== earlier?.generation || ordinal > (counts.get(pod.worker) ?? 0),
  )
}

/** Resolves to the object as it is now, or to undefined where it was left to somebody else. */
async function applyAgain(cluster: Cluster, { where, applied, isForced }: WayBack, object: KubernetesObject): Promise<unknown> {
  const { app } = where
  const { name } = object.metadata
  return apply(cluster, object, { app, isForced }).catch(async (error: unknown) => {
    if (!isHop3Error(error) || error.code !== 'deploy.kubernetes.conflict') throw error
    // The roll-out has not come to it: nobody is overruled.
    if (!applied.has(keyOf(object.kind, name))) return undefined
    // Who has said a count while it went on keeps that. A release that does not come up goes, whatever else they have said of it.
    const isTheirs =
      isOfCount(error) && !(await listOwn(cluster, kinds.deployment, where)).some((one) => nameOf(one) === name && isCountOfHop3(one))
    return apply(cluster, isTheirs ? withoutCount(object) : object, { app, isForced: isForced || !isTheirs })
  })
}

function withoutCount(object: KubernetesObject): KubernetesObject {
  const { replicas: _replicas, ...spec } = tableIn(object, 'spec')
  return { ...object, spec }
}

/** How many of its pods stay. */
const mostOf = (object: KubernetesObject, live: unknown): number =>
  isAutoscaled(object) || !isObject(live) ? Infinity : numberIn(tableIn(live, 'spec'), 'replicas')
