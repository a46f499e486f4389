/** What a deploy asks of the cluster is asked once, and not where nobody needs the answer. */
import { emptyDeployConfig } from '@hop3/core'
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { leaveYoungest } from '../src/leave-youngest.ts'
import type { WorkerInput } from '../src/objects/app-input.ts'
import { label } from '../src/objects/names.ts'
import { imageArtifact } from './image-artifact.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'
import { toldCluster } from './told-cluster.ts'

test.each([
  ['that has volumes', { data: '1Gi' }],
  ['without any, which might meet those of another home', {}],
])('volumes, of an app %s', async (_, options) => {
  const asked: string[] = []
  const server = await standInServer(({ method = '', url = '' }, answer) => {
    const path = url.split('?')[0] ?? ''
    asked.push(`${method} ${path}`)
    if (path === '/version') return answer.end('{"minor":"30"}')
    if (path.endsWith('reviews')) return answer.end(JSON.stringify(mayAll))
    if (method === 'PATCH') return answer.end('{}')
    return url.includes('?') ? answer.end('{"items":[]}') : answer.writeHead(404).end('{"kind":"Status","message":"not found"}')
  })
  const host = await testHost()
  const config = { ...emptyDeployConfig, target: 'kubernetes', options: { kubernetes: options } }
  const env = { KUBECONFIG: await writeKubeconfig(host.directory, server) }
  const context = await deploymentContextFor(host, { config, env })
  const artifact = imageArtifact('registry.example.com/shop:1', '/nowhere', { workers: { web: '/app/server' } })
  expect((await kubernetesDeployer.create(context, artifact).difference?.())?.length).toBeGreaterThan(0)
  expect(asked.filter((one) => one === 'GET /api/v1/namespaces/hop3-shop/persistentvolumeclaims')).toHaveLength(1)
})

const mayAll = { status: { allowed: true, incomplete: false, resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] } }

test.each([
  ['a generation that is new', ['6'], []],
  ['one that is there', ['6', '7'], ['pods']],
  ['a first deploy', [], []],
])('pods, of %s', async (_, generations, expected) => {
  const asked: string[] = []
  const { cluster } = toldCluster((kind) => {
    asked.push(kind)
    return []
  })
  const before = generations.map((one) => ({ metadata: { labels: { [label.generation]: one } } }))
  const workers: readonly WorkerInput[] = []
  await leaveYoungest(cluster, { app: 'shop', mark: 'm', namespace: 'hop3-shop' }, { workers, generation: 7, before })
  expect(asked).toEqual(expected)
})
