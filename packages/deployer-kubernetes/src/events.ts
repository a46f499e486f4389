/** What the cluster has said of one of its objects. */
import type { Cluster } from './client/cluster.ts'
import { itemsOf, tableIn, textIn, type Table } from './json-table.ts'
import { collectionPath } from './objects/kinds.ts'

interface ClusterEvent {
  readonly reason: string
  readonly message: string
}

/** Oldest first. */
export async function eventsOf(cluster: Cluster, namespace: string, name: string, app: string): Promise<readonly ClusterEvent[]> {
  const selector = encodeURIComponent(`involvedObject.name=${name}`)
  const path = `${collectionPath({ kind: 'Event', apiVersion: 'v1', plural: 'events' }, namespace)}?fieldSelector=${selector}`
  const items = itemsOf(await cluster.expect({ method: 'GET', path }, [200], { what: `Cannot read the events of ${name}`, app }))
  return items
    .toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1))
    .map((one) => ({ reason: textIn(one, 'reason'), message: textIn(one, 'message') }))
}

/** Whoever writes events of the newer kind, as the scheduler does, says it elsewhere. */
const timeOf = (event: Table): string =>
  textIn(tableIn(event, 'series'), 'lastObservedTime') ||
  textIn(event, 'lastTimestamp') ||
  textIn(event, 'eventTime') ||
  textIn(tableIn(event, 'metadata'), 'creationTimestamp')
