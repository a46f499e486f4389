import { expect, test } from 'vitest'
import { kubernetesOptions } from '../src/kubernetes-options.ts'
import { registryOf } from '../src/pull-secret-of.ts'

const read = (kubernetes: unknown, worker?: string) =>
  kubernetesOptions({ options: { kubernetes, component: { job: { 'memory-limit': '1g' } } } }, worker)

test('sizes and processors are as Kubernetes has them', () => {
  expect(read({ memory: '512m', cpus: 1.5, 'memory-request': '64Mi', data: '2g' })).toMatchObject({
    limits: { memory: '512Mi', cpu: '1500m' },
    requests: { memory: '64Mi' },
    data: '2Gi',
  })
  expect(read({ memory: '512m' }, 'job').limits).toEqual({ memory: '1Gi' })
})

test.each<readonly [unknown, string]>([
  [{ memori: '1g' }, 'deploy.kubernetes.memori'],
  [{ memory: '1 gigabyte' }, 'deploy.kubernetes.memory'],
  [{ namespace: 'Shop' }, 'deploy.kubernetes.namespace'],
  [{ service: 'Any' }, 'deploy.kubernetes.service'],
  [{ user: -1 }, 'deploy.kubernetes.user'],
  [{ 'read-only': 'yes' }, 'deploy.kubernetes.read-only'],
  [{ 'drain-delay': 2.5 }, 'deploy.kubernetes.drain-delay'],
  [{ 'drain-delay': -1 }, 'deploy.kubernetes.drain-delay'],
  [{ 'drain-delay': 121 }, 'deploy.kubernetes.drain-delay'],
  [{ 'drain-delay': '30' }, 'deploy.kubernetes.drain-delay'],
  [{ gateway: 'infra/public', 'tls-secret': 'shop-tls' }, 'deploy.kubernetes.tls-secret'],
  [{ gateway: 'infra/public', 'ingress-class': 'nginx' }, 'deploy.kubernetes.ingress-class'],
  ['all', 'deploy.kubernetes'],
])('%j is refused by its key', (table, key) => {
  expect(() => read(table)).toThrow(expect.objectContaining({ code: 'config.deploy.kubernetes', details: { key } }))
})

test.each([
  ['registry.example.com:5000/team/app@sha256:1', 'registry.example.com:5000'],
  ['localhost/app', 'localhost'],
  ['team/app:1', 'docker.io'],
  ['docker.io/library/app', 'docker.io'],
])('the registry of %s is %s', (location, registry) => {
  expect(registryOf(location)).toBe(registry)
})
