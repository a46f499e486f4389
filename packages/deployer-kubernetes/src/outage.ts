/** What leads visitors to the pods and is gone: somebody else has removed it, and the pods run as before. */
import type { DeploymentContext } from '@hop3/core'
import { readDocuments } from './documents.ts'
import type { Table } from './json-table.ts'
import { kinds, type Kind } from './objects/kinds.ts'
import { listOwn, nameOf, type Where } from './own-objects.ts'
import { mayRun } from './place.ts'
import { withPlace } from './with-place.ts'

/** See `Deployer.outage`. A call for each kind the release has. */
export async function outage(context: DeploymentContext): Promise<string | undefined> {
  return withPlace(context, ({ cluster, where }) => outageAt(context, where, (kind) => listOwn(cluster, kind, where)), mayRun)
}

const leading: readonly Kind[] = [kinds.service, kinds.ingress, kinds.httpRoute]

export async function outageAt(
  context: Pick<DeploymentContext, 'appName' | 'directories'>,
  { app, namespace }: Where,
  list: (kind: Kind) => Promise<readonly Table[]>,
): Promise<string | undefined> {
  const wanted = await readDocuments(context)
  const gone = await Promise.all(
    leading.map(async (kind) => {
      const names = wanted.flatMap((one) => (one.kind === kind.kind ? [one.metadata.name] : []))
      const there = names.length === 0 ? [] : (await list(kind)).map(nameOf)
      return names.flatMap((name) =>
        there.includes(name) ? [] : [`the ${kind.kind} ${name} of ${app} is gone from the namespace ${namespace}`],
      )
    }),
  )
  return gone.flat()[0]
}
