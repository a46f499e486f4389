/** Removes an app's own namespace, and waits until it is gone: one that is going takes nothing, the next deploy of the app included. */
import { printable, visible, type DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { answerFailure, messageOf } from './client/failure.ts'
import { listIn, tableIn, textIn, type Table } from './json-table.ts'
import { label } from './objects/names.ts'
import { labelOf, type Where } from './own-objects.ts'
import { namespacePath, readNamespace } from './read-namespace.ts'

type Removing = Pick<DeploymentContext, 'clock' | 'log' | 'signal'>

/** Milliseconds a namespace may take: that of a destroyed app is empty, but for volumes that are being removed. */
const longestGoing = 60_000

/** Where the operator may not, that is said, and it stays. One without the labels of the app is somebody else's by now. */
export async function removeNamespace(context: Removing, cluster: Cluster, where: Where): Promise<void> {
  const found = await readNamespace(cluster, where)
  if (found === 'hidden') return sayItStays(context, cluster, where, 'it may not be looked at')
  if (found === undefined || !isOwn(found, where)) return
  const refused = await remove(cluster, where, found)
  if (refused === undefined) await untilNamespaceGone(context, cluster, where, uidOf(found))
  else sayItStays(context, cluster, where, refused)
}

const isOwn = (namespace: Table, { app, mark }: Where): boolean =>
  labelOf(namespace, label.managedBy) === 'hop3' && labelOf(namespace, label.app) === app && labelOf(namespace, label.home) === mark

const uidOf = (namespace: Table): string => textIn(tableIn(namespace, 'metadata'), 'uid')

/** The one that was looked at, and none that has come in its place. Resolves to the cluster's word where it is refused. */
async function remove(cluster: Cluster, { app, namespace }: Where, found: Table): Promise<string | undefined> {
  const preconditions = { uid: uidOf(found) }
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions }
  const question = { method: 'DELETE' as const, path: namespacePath(namespace), body }
  const answer = await cluster.ask(question)
  if (answer.status === 403) return messageOf(answer)
  if (![200, 202, 404, 409].includes(answer.status))
    throw answerFailure(answer, question, { what: `Cannot remove the namespace ${namespace}`, app }, cluster.context)
  return undefined
}

function sayItStays({ log }: Removing, { context }: Cluster, { app, namespace }: Where, why: string): void {
  log.warn(
    `The namespace ${namespace} of ${app} stays: the user of the context ${visible(context)} may not remove it (${why}). Have it removed, if nobody else uses it: kubectl delete namespace ${namespace}`,
  )
}

/** One that does not go in time is said, with what keeps it: the cluster has been told, and goes on with it. */
async function untilNamespaceGone({ clock, log, signal }: Removing, cluster: Cluster, where: Where, uid: string): Promise<void> {
  const { namespace } = where
  const deadline = clock.monotonic() + longestGoing
  for (;;) {
    const left = await readNamespace(cluster, where)
    if (left === 'hidden') return log.info(`The namespace ${namespace} is being deleted. The right to look at it has gone before it.`)
    if (left === undefined || uidOf(left) !== uid) return
    if (clock.monotonic() >= deadline) {
      log.warn(
        `The namespace ${namespace} is still being deleted, and takes nothing until it is gone: ${keptBy(left)}. See: kubectl describe namespace ${namespace}`,
      )
      return
    }
    await clock.sleep(250, signal)
  }
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
