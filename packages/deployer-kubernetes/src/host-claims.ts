/** Host names belong to one app of a cluster: an ingress controller would choose between two by rules nobody remembers. */
import { hop3Error, visible } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { itemsOf, listIn, tableIn, textIn, type Table } from './json-table.ts'
import { collectionPath, kinds, type Kind } from './objects/kinds.ts'
import type { AppInput } from './objects/app-input.ts'
import { nameOf } from './own-objects.ts'

/** Throws `deploy.kubernetes.host-taken`. Looks at the namespaces the operator may look at. */
export async function checkHosts(cluster: Cluster, { owner, namespace, domains, facts }: AppInput): Promise<void> {
  if (domains.length === 0) return
  const all = [kinds.ingress, ...(facts.hasGateways ? [kinds.httpRoute] : [])]
  for (const kind of all) {
    const other = (await everywhere(cluster, kind, namespace)).find(
      (one) => !isOwn(one, owner.app, namespace) && hostsOf(one).some((host) => domains.includes(host)),
    )
    if (other === undefined) continue
    const host = hostsOf(other).find((one) => domains.includes(one)) ?? ''
    const where = `${textIn(tableIn(other, 'metadata'), 'namespace')}/${nameOf(other)}`
    throw hop3Error(
      'deploy.kubernetes.host-taken',
      `Cannot deploy ${owner.app}: the host name ${visible(host)} belongs to the ${kind.kind} ${where}.`,
      {
        hint: `Take it out of [domains] in hop3.toml, or out of that ${kind.kind}: kubectl describe ${kind.plural} --namespace ${where.replace('/', ' ')}`,
        details: { host, kind: kind.kind, where },
      },
    )
  }
}

async function everywhere(cluster: Cluster, kind: Kind, namespace: string): Promise<readonly Table[]> {
  const all = await cluster.ask({ method: 'GET', path: collectionPath(kind, '') })
  if (all.status === 200) return itemsOf(all.body)
  // Who may not look everywhere looks where the app is.
  return itemsOf((await cluster.ask({ method: 'GET', path: collectionPath(kind, namespace) })).body)
}

const isOwn = (object: Table, app: string, namespace: string): boolean =>
  nameOf(object) === app && textIn(tableIn(object, 'metadata'), 'namespace') === namespace

function hostsOf(object: Table): readonly string[] {
  const spec = tableIn(object, 'spec')
  const named = Array.isArray(spec['hostnames']) ? spec['hostnames'].map(String) : []
  return [...named, ...listIn(spec, 'rules').map((rule) => textIn(rule, 'host'))].filter((host) => host !== '')
}
