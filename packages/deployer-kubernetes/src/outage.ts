/** What leads visitors to the pods and is not as it was left: somebody else has removed or remade it, and the pods run as before. */
import type { DeploymentContext } from '@hop3/core'
import { nodePortOf } from './address.ts'
import { readDocuments } from './documents.ts'
import type { Table } from './json-table.ts'
import { kinds, type Kind } from './objects/kinds.ts'
import { listOwn, nameOf, type Where } from './own-objects.ts'
import { mayRun, type Place } from './place.ts'
import { withPlace } from './with-place.ts'

/** See `Deployer.outage`. A call for each kind the release has. */
export async function outage(context: DeploymentContext): Promise<string | undefined> {
  return withPlace(
    context,
    ({ cluster, where, place }) => outageAt(context, { where, place }, (kind) => listOwn(cluster, kind, where)),
    mayRun,
  )
}

const leading: readonly Kind[] = [kinds.service, kinds.ingress, kinds.httpRoute]

export async function outageAt(
  context: Pick<DeploymentContext, 'appName' | 'directories'>,
  { where: { app, namespace }, place }: { readonly where: Where; readonly place: Place },
  list: (kind: Kind) => Promise<readonly Table[]>,
): Promise<string | undefined> {
  const wanted = (await readDocuments(context)).filter(({ kind }) => leading.some((one) => one.kind === kind))
  const there = new Map<string, readonly Table[]>()
  for (const kind of leading) if (wanted.some((one) => one.kind === kind.kind)) there.set(kind.kind, await list(kind))
  for (const { kind, metadata } of wanted) {
    const found = there.get(kind)?.find((one) => nameOf(one) === metadata.name)
    const what = `the ${kind} ${metadata.name} of ${app}`
    if (found === undefined) return `${what} is gone from the namespace ${namespace}`
    const isService = kind === kinds.service.kind
    if (isService && place.nodePort !== undefined && nodePortOf(found) !== place.nodePort)
      return `${what} has another port in the namespace ${namespace} than requests are led to`
  }
  return undefined
}
