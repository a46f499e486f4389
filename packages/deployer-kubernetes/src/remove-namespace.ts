/** Removes an app's own namespace, and waits until it is gone: one that is going takes nothing, the next deploy of the app included. */
import { printable, type DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { listIn, tableIn, textIn, type Table } from './json-table.ts'
import { kinds } from './objects/kinds.ts'
import { label, ownSelector } from './objects/names.ts'
import { labelOf, listSelected, nameOf, removeOwn, type Where } from './own-objects.ts'

/** Milliseconds a namespace may take: that of a destroyed app is empty, but for volumes that are being removed. */
const longestGoing = 60_000

/** One that does not go in time is said, with what keeps it: the cluster has been told, and goes on with it. */
export async function removeNamespace(
  { clock, log, signal }: Pick<DeploymentContext, 'clock' | 'log' | 'signal'>,
  cluster: Cluster,
  where: Where,
): Promise<void> {
  for (const one of await listNamespaces(cluster, where)) await removeOwn(cluster, kinds.namespace, where, nameOf(one))
  const deadline = clock.monotonic() + longestGoing
  for (;;) {
    const [left] = await listNamespaces(cluster, where)
    if (left === undefined) return
    if (clock.monotonic() >= deadline) {
      log.warn(
        `The namespace ${nameOf(left)} is still being deleted, and takes nothing until it is gone: ${keptBy(left)}. See: kubectl describe namespace ${nameOf(left)}`,
      )
      return
    }
    await clock.sleep(250, signal)
  }
}

async function listNamespaces(cluster: Cluster, { app, mark }: Where): Promise<readonly Table[]> {
  const found = await listSelected(cluster, kinds.namespace, { app, namespace: '', selector: ownSelector({ app, mark }) })
  return found.filter((one) => labelOf(one, label.app) === app)
}

/** In the cluster's own words. */
function keptBy(namespace: Table): string {
  const said = listIn(tableIn(namespace, 'status'), 'conditions')
    .filter(({ status }) => status === 'True')
    .map((one) => textIn(one, 'message').replace(/\.$/, ''))
  const { finalizers } = tableIn(namespace, 'metadata')
  const held = Array.isArray(finalizers) && finalizers.length > 0 ? [`its finalizers are ${finalizers.join(', ')}`] : []
  const all = [...said, ...held].filter((one) => one !== '')
  return all.length === 0 ? 'the cluster does not say why' : printable(all.join('; '))
}
