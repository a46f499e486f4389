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

test.each([
  ['is not asked again by the deploy that follows', [], false],
  ['is asked again after commands that ran before the release', ['/app/migrate'], true],
])('what keeps a release from the cluster is asked before anything is changed, and %s', async (_, beforeRun, isAskedAgain) => {
  const asked: string[] = []
  const server = await standInServer(({ method = '', url = '' }, answer) => {
    const [path = '', query = ''] = url.split('?')
    const isTried = query.includes('dryRun=All')
    asked.push(path.endsWith('reviews') || isTried ? 'whether it may' : method)
    if (path === '/version') return answer.end('{"minor":"30"}')
    if (path.endsWith('reviews')) return answer.end(JSON.stringify(mayAll))
    if (isTried) return answer.end('{}')
    if (method === 'PATCH') return answer.writeHead(422).end('{"kind":"Status","message":"it is full"}')
    return url.includes('?') ? answer.end('{"items":[]}') : answer.writeHead(404).end('{"kind":"Status","message":"not found"}')
  })
  const host = await testHost()
  const config = { ...emptyDeployConfig, target: 'kubernetes' }
  const context = await deploymentContextFor(host, { config, env: { KUBECONFIG: await writeKubeconfig(host.directory, server) } })
  const artifact = imageArtifact('registry.example.com/shop:1', '/nowhere', { workers: { web: '/app/server' }, beforeRun })
  const deployer = kubernetesDeployer.create(context, artifact)
  await deployer.check?.()
  expect(asked).toContain('whether it may')
  expect(asked.filter((one) => !['GET', 'whether it may'].includes(one))).toEqual([])
  expect(host.events).toEqual([])
  asked.length = 0
  await expect(deployer.deploy()).rejects.toMatchObject({ code: 'deploy.kubernetes.invalid' })
  expect([asked.includes('PATCH'), asked.includes('whether it may')]).toEqual([true, isAskedAgain])
})

test('a kubeconfig that is not there is told before anything is begun', async () => {
  const host = await testHost()
  const config = { ...emptyDeployConfig, target: 'kubernetes' }
  const context = await deploymentContextFor(host, { config, env: { KUBECONFIG: '/nonexistent' } })
  const deployer = kubernetesDeployer.create(context, imageArtifact('registry.example.com/shop:1', '/nowhere'))
  await expect(deployer.check?.()).rejects.toMatchObject({ code: 'environment.kubeconfig' })
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
