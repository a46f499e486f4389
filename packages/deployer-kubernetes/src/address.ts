/** Where a release answers for whoever is outside of its cluster. */
import { addressOf, hop3Error, noAddress, type DeploymentContext, type DeploymentInfo, type Upstream } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { listIn, numberIn, tableIn, textIn, type Table } from './json-table.ts'
import type { AppInput } from './objects/app-input.ts'
import { kinds } from './objects/kinds.ts'
import { label, serviceName } from './objects/names.ts'
import { listOwn, nameOf, type Where } from './own-objects.ts'
import { listPods, type Pod } from './pods.ts'

/** Milliseconds: a cloud takes minutes to make a load balancer. */
const longestWait = 300_000

type Asking = Pick<DeploymentContext, 'clock' | 'log' | 'signal'>
type Addressed = Pick<AppInput, 'domains' | 'namespace' | 'options' | 'owner' | 'workers'>

/** Throws `deploy.kubernetes.no-address`. */
export async function addressIn(context: Asking, cluster: Cluster, input: Addressed): Promise<DeploymentInfo> {
  const web = input.workers.find(({ kind }) => kind === 'web')
  if (web === undefined) return noAddress
  const { options, domains, owner, namespace } = input
  if (options.service === 'ClusterIP') {
    const inside = `http://${serviceName(owner.app)}.${namespace}`
    // Of a Gateway its listener says which it is.
    const scheme = options.gateway !== undefined ? '' : options.tlsSecret === undefined ? 'http://' : 'https://'
    const names = domains.filter((one) => one !== '_').map((one) => `${scheme}${one}`)
    const outside =
      names.length === 0
        ? '; service = "NodePort" under [deploy.kubernetes] has this host lead to it'
        : `, and outside of it at ${names.join(', ')}`
    context.log.info(`In the cluster it answers at ${inside}${outside}.`)
    // No proxy of this host leads there.
    return noAddress
  }
  if (web.replicas === 0) return addressOf([])
  return addressOf(await outsideAddresses(context, cluster, input))
}

async function outsideAddresses(
  { clock, log, signal }: Asking,
  cluster: Cluster,
  { owner, namespace, options }: Addressed,
): Promise<readonly Upstream[]> {
  const where: Where = { ...owner, namespace }
  const name = serviceName(owner.app)
  const deadline = clock.monotonic() + longestWait
  for (let round = 0; ; round += 1) {
    // Listed and not got: that right every deploy needs anyway, to find what a release has no more.
    const service = (await listOwn(cluster, kinds.service, where)).find((one) => nameOf(one) === name) ?? {}
    const found =
      options.service === 'NodePort' ? onNodes(service, await listPods(cluster, where, `,${label.worker}=web`)) : balancedBy(service)
    if (found.length > 0) return found
    if (clock.monotonic() >= deadline) throw noAddressGiven(owner.app, options.service, namespace)
    if (round === 10) log.info(`Waiting for the address of the Service ${name}.`)
    await clock.sleep(500, signal)
  }
}

/** Every node leads to every pod: of those that have one, so that the loss of one node is not that of the app. */
function onNodes(service: Table, pods: readonly Pod[]): readonly Upstream[] {
  const port = nodePortOf(service)
  const addresses = pods.filter((pod) => pod.isReady && !pod.isEnding && pod.nodeAddress !== '').map((pod) => pod.nodeAddress)
  return port > 0 ? [...new Set(addresses)].map((address) => ({ address, port })) : []
}

/** 0: it has none. */
export const nodePortOf = (service: Table): number => numberIn(listIn(tableIn(service, 'spec'), 'ports')[0] ?? {}, 'nodePort')

function balancedBy(service: Table): readonly Upstream[] {
  const given = listIn(tableIn(tableIn(service, 'status'), 'loadBalancer'), 'ingress')[0] ?? {}
  const address = textIn(given, 'ip') || textIn(given, 'hostname')
  return address === '' ? [] : [{ address, port: 80 }]
}

function noAddressGiven(app: string, type: string, namespace: string): Error {
  return hop3Error(
    'deploy.kubernetes.no-address',
    `The cluster has given ${app} no address within ${longestWait / 60_000} minutes (Service ${serviceName(app)} of type ${type}).`,
    {
      hint: 'See whether the cluster has load balancers: kubectl describe services. Or write service = "NodePort" under [deploy.kubernetes].',
      details: { namespace },
    },
  )
}
