/** Where the proxy of this host is led to: what a cloud says late, and what several nodes say, which the cluster of the tests is not. */
import { noAddress, type Clock } from '@hop3/core'
import { memoryLog } from '@hop3/testing'
import { expect, test } from 'vitest'
import { addressIn } from '../src/address.ts'
import type { Cluster } from '../src/client/cluster.ts'
import { kubernetesOptions } from '../src/kubernetes-options.ts'

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
  expect(await addressFor('NodePort', ({ kind }) => (kind === 'pods' ? pods : [service]))).toEqual({
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
    addressFor('LoadBalancer', ({ now }) => [{ metadata: { name: 'shop' }, status: now < minutes * 60_000 ? {} : given }])
  expect(await at(4)).toMatchObject({ address: 'lb.example.com', port: 80 })
  await expect(at(60)).rejects.toMatchObject({ code: 'deploy.kubernetes.no-address', message: expect.stringContaining('within 5 minutes') })
})

test('inside of the cluster alone it is nowhere for this host', async () => {
  expect(await addressFor('ClusterIP', () => [])).toEqual(noAddress)
})

type Answering = (asked: { readonly kind: string; readonly now: number }) => readonly object[]

/** On a clock that does not wait, of a cluster that is asked for lists alone. */
async function addressFor(service: string, answer: Answering) {
  let now = 0
  const clock: Clock = {
    now: () => new Date(now),
    monotonic: () => now,
    sleep: async (milliseconds) => void (now += milliseconds),
  }
  const cluster: Cluster = {
    context: 'default',
    contextNamespace: undefined,
    server: 'https://127.0.0.1/',
    ask: () => Promise.reject(new Error('It was asked for something else.')),
    stream: () => Promise.reject(new Error('It was asked for something else.')),
    async expect({ method, path }) {
      expect({ method, path }).toEqual({ method: 'GET', path: expect.stringMatching(/^\/api\/v1\/namespaces\/hop3-shop\/\w+\?/) })
      return { items: answer({ kind: /(\w+)\?/.exec(path)?.[1] ?? '', now }) }
    },
    close: () => undefined,
  }
  return addressIn({ clock, log: memoryLog().log, signal: new AbortController().signal }, cluster, {
    owner: { app: 'shop', mark: 'home' },
    namespace: 'hop3-shop',
    domains: [],
    options: kubernetesOptions({ options: { kubernetes: { service } } }),
    workers: [{ worker: 'web', kind: 'web', argv: undefined, replicas: 2, environment: {}, limits: {} }],
  })
}
