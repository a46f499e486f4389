/** Where the proxy of this host is led to: what a cloud says late, and what several nodes say, which the cluster of the tests is not. */
import { noAddress, type Log } from '@hop3/core'
import { memoryLog } from '@hop3/testing'
import { expect, test } from 'vitest'
import { addressIn } from '../src/address.ts'
import { kubernetesOptions } from '../src/kubernetes-options.ts'
import { toldCluster } from './told-cluster.ts'

const pod = (name: string, hostIP: string, isReady = true, metadata: object = {}) => ({
  metadata: { name, creationTimestamp: `2026-01-01T00:00:0${name}Z`, ...metadata },
  status: { hostIP, phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
})

test('behind a NodePort it is every node that has a pod of it that is ready', async () => {
  const pods = [
    pod('1', '10.0.0.3'),
    pod('2', '10.0.0.1'),
    pod('3', '10.0.0.3'),
    pod('4', '10.0.0.4', false),
    pod('5', '10.0.0.5', true, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
  ]
  const service = { metadata: { name: 'shop' }, spec: { ports: [{ nodePort: 30_100 }] } }
  expect(await addressFor('NodePort', (kind) => (kind === 'pods' ? pods : [service]))).toEqual({
    protocol: 'http',
    address: '10.0.0.3',
    port: 30_100,
    upstreams: [
      { address: '10.0.0.3', port: 30_100 },
      { address: '10.0.0.1', port: 30_100 },
    ],
  })
})

test('a load balancer has minutes', async () => {
  const given = { loadBalancer: { ingress: [{ hostname: 'lb.example.com' }] } }
  const at = (minutes: number) =>
    addressFor('LoadBalancer', (_, seconds) => [{ metadata: { name: 'shop' }, status: seconds < minutes * 60 ? {} : given }])
  expect(await at(4)).toMatchObject({ address: 'lb.example.com', port: 80 })
  await expect(at(60)).rejects.toMatchObject({ code: 'deploy.kubernetes.no-address', message: expect.stringContaining('within 5 minutes') })
})

test('inside of the cluster alone it is nowhere for this host', async () => {
  expect(await addressFor('ClusterIP', () => [])).toEqual(noAddress)
})

test.each([
  [{}, 'http://shop.example.com'],
  [{ 'tls-secret': 'shop-tls' }, 'https://shop.example.com'],
  // Its listener says which of the two.
  [{ gateway: 'infra/public' }, 'shop.example.com'],
])('with %j it says to be at %s', async (options, told) => {
  const { log, events } = memoryLog()
  await addressFor('ClusterIP', () => [], { log, options, domains: ['shop.example.com'] })
  expect(events.map(({ text }) => text)).toEqual([`In the cluster it answers at http://shop.hop3-shop, and outside of it at ${told}.`])
})

interface Said {
  readonly log?: Log
  readonly options?: object
  readonly domains?: readonly string[]
}

async function addressFor(
  service: string,
  answer: (kind: string, seconds: number) => readonly object[],
  { log = memoryLog().log, options = {}, domains = [] }: Said = {},
) {
  const { cluster, clock } = toldCluster(answer)
  return addressIn({ clock, log, signal: new AbortController().signal }, cluster, {
    owner: { app: 'shop', mark: 'home' },
    namespace: 'hop3-shop',
    domains,
    options: kubernetesOptions({ options: { kubernetes: { service, ...options } } }),
    workers: [{ worker: 'web', kind: 'web', argv: undefined, replicas: 2, environment: {}, limits: {} }],
  })
}
