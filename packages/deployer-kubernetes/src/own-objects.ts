/** The objects of an app that are on the cluster: found by its own labels, and removed by their names. */
import { isHop3Error, type DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { mayHold } from './documents.ts'
import { itemsOf, tableIn, textIn, type Table } from './json-table.ts'
import { collectionPath, kinds, type Kind } from './objects/kinds.ts'
import { ownSelector } from './objects/names.ts'

type Asking = Pick<DeploymentContext, 'appName' | 'directories'>

export interface Where {
  readonly app: string
  readonly mark: string
  readonly namespace: string
}

/** What a release consists of, beside what outlives it: claims and the namespace. */
export const releaseKinds: readonly Kind[] = [
  kinds.ingress,
  kinds.httpRoute,
  kinds.autoscaler,
  kinds.cronJob,
  kinds.deployment,
  kinds.budget,
  kinds.service,
  kinds.secret,
]

/** Objects of JSON, as the server answers; none where it does not know the kind, or where there is no such namespace. */
export async function listOwn(cluster: Cluster, kind: Kind, { app, mark, namespace }: Where, more = ''): Promise<readonly Table[]> {
  return listSelected(cluster, kind, { app, namespace, selector: `${ownSelector({ app, mark })}${more}` })
}

export interface Selected {
  readonly app: string
  /** Empty: every one. */
  readonly namespace: string
  readonly selector: string
}

export async function listSelected(cluster: Cluster, kind: Kind, { app, namespace, selector }: Selected): Promise<readonly Table[]> {
  const question = { method: 'GET' as const, path: `${collectionPath(kind, namespace)}?labelSelector=${encodeURIComponent(selector)}` }
  const body = await cluster.expect(question, [200, 404], { what: `Cannot list the ${kind.plural} of ${app}`, app })
  return itemsOf(body)
}

/** Removed without waiting for what hangs on it. */
export async function removeOwn(
  cluster: Cluster,
  kind: Kind,
  { app, namespace }: Pick<Where, 'app' | 'namespace'>,
  name: string,
): Promise<void> {
  const question = {
    method: 'DELETE' as const,
    path: `${collectionPath(kind, namespace)}/${name}`,
    body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' },
  }
  await cluster.expect(question, [200, 202, 404, 409], { what: `Cannot remove ${kind.kind} ${name} of ${app}`, app })
}

export interface Other {
  readonly kind: Kind
  readonly name: string
}

/** All of a release's kinds but those that are `kept`, by kind and name. */
export async function listOthers(context: Asking, cluster: Cluster, where: Where, kept: ReadonlySet<string>): Promise<readonly Other[]> {
  const found = await Promise.all(
    releaseKinds.map(async (kind) => (await listReadable(context, cluster, kind, where)).map((one) => ({ kind, name: nameOf(one) }))),
  )
  return found.flat().filter(({ kind, name }) => !kept.has(keyOf(kind.kind, name)))
}

export async function removeOthers(context: Asking, cluster: Cluster, where: Where, kept: ReadonlySet<string>): Promise<void> {
  for (const { kind, name } of await listOthers(context, cluster, where, kept)) await removeOwn(cluster, kind, where, name)
}

/** The role `edit` says nothing of the Gateway API: who never had a route there need not be allowed to look for one. */
async function listReadable(context: Asking, cluster: Cluster, kind: Kind, where: Where): Promise<readonly Table[]> {
  try {
    return await listOwn(cluster, kind, where)
  } catch (error) {
    const isForbidden = isHop3Error(error) && error.code === 'deploy.kubernetes.forbidden'
    if (kind !== kinds.httpRoute || !isForbidden || (await mayHold(context, kind))) throw error
    return []
  }
}

export const keyOf = (kind: string, name: string): string => `${kind}/${name}`

export const nameOf = (object: Table): string => textIn(tableIn(object, 'metadata'), 'name')
export const labelOf = (object: Table, name: string): string => textIn(tableIn(tableIn(object, 'metadata'), 'labels'), name)
