/** What an undone roll-out says again, and of what nobody is overruled. */
import { emptyDeployConfig, hop3Error } from '@hop3/core'
import { deploymentContextFor, releaseOf, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { writeDocument } from '../src/documents.ts'
import { earlierOf, goBack, type Earlier } from '../src/go-back.ts'
import { tableIn } from '../src/json-table.ts'
import type { KubernetesObject } from '../src/objects/kinds.ts'
import { toldCluster } from './told-cluster.ts'

const of = (kind: string, name: string, spec: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'hop3-shop', labels: { 'app.kubernetes.io/component': 'web', 'hop3/generation': '1' } },
  spec,
})
const deployment = of('Deployment', 'shop-web', { replicas: 1, template: 'one' })
const service = of('Service', 'shop', { type: 'NodePort' })
const claim = of('PersistentVolumeClaim', 'shop-data', { resources: { requests: { storage: '1Gi' } } })

test('what is there, and no claim: it may have grown', async () => {
  expect(await wentBack({})).toEqual(['Service shop', 'Deployment shop-web of 1'])
})

test('what the roll-out has not come to is left to whoever has said otherwise', async () => {
  expect(await wentBack({ theirs: ['.spec.replicas'] })).toEqual(['Service shop'])
  expect(await wentBack({ theirs: ['.spec.template'] })).toEqual(['Service shop'])
})

test('what it has applied comes back, but for a count that somebody has said since', async () => {
  const applied = ['Deployment/shop-web']
  expect(await wentBack({ applied, theirs: ['.spec.replicas'] })).toEqual(['Service shop', 'Deployment shop-web of any'])
  expect(await wentBack({ applied, theirs: ['.spec.template'] })).toEqual(['Service shop', 'Deployment shop-web of 1, forced'])
  const isCounted = true
  expect(await wentBack({ applied, isCounted, theirs: ['.spec.replicas'] }), 'Hop3 itself').toEqual([
    'Service shop',
    'Deployment shop-web of 1, forced',
  ])
})

test('whoever wants to be right is', async () => {
  expect(await wentBack({ isForced: true, theirs: ['.spec.replicas'] })).toEqual([
    'Service shop, forced',
    'Deployment shop-web of 1, forced',
  ])
})

test('of two generations, one was on its way when its command was killed: visitors meet the other', async () => {
  const host = await testHost()
  const context = await deploymentContextFor(host, { release: releaseOf(host, 3), generation: 3, config: emptyDeployConfig })
  await writeDocument(context, 1, 'r000001', [deployment])
  const [worker, web] = [live('worker', '2'), live('web', '1')]
  for (const before of [[worker, web], [web, worker], [web]])
    expect(await earlierOf(context, { before })).toMatchObject({ generation: 1, objects: [deployment] })
  expect(await earlierOf(context, { before: [worker] }), 'applied from somewhere else').toMatchObject({ generation: 2, objects: undefined })
  expect(await earlierOf(context, { before: [] })).toBeUndefined()
})

const live = (worker: string, generation: string) => ({
  metadata: {
    labels: { 'app.kubernetes.io/component': worker, 'hop3/generation': generation, 'app.kubernetes.io/version': `r00000${generation}` },
  },
})

interface Staged {
  readonly applied?: readonly string[]
  readonly isForced?: boolean
  /** Fields of the Deployment that somebody else has said. */
  readonly theirs?: readonly string[]
  /** Hop3 has said the count by its other name. */
  readonly isCounted?: boolean
}

async function wentBack({ applied = [], isForced = false, theirs = [], isCounted = false }: Staged): Promise<readonly string[]> {
  const said: string[] = []
  const managedFields = isCounted ? [{ manager: 'hop3-count' }] : [{ manager: 'kubectl' }]
  const live = { ...deployment, metadata: { ...deployment.metadata, managedFields }, spec: { replicas: 3 } }
  const { cluster, clock } = toldCluster(
    (kind) => (kind === 'deployments' ? [live] : []),
    (object, { isForced: isTaking }) => {
      const isDeployment = object.kind === 'Deployment'
      const { replicas } = tableIn(object, 'spec')
      const isTheirs = isDeployment && theirs.some((field) => field !== '.spec.replicas' || replicas !== undefined)
      if (isTheirs && !isTaking)
        throw hop3Error('deploy.kubernetes.conflict', 'Somebody else has said it.', { details: { fields: theirs } })
      const count = isDeployment ? ` of ${typeof replicas === 'number' ? replicas : 'any'}` : ''
      said.push(`${object.kind} ${object.metadata.name}${count}${isTaking ? ', forced' : ''}`)
      return live
    },
  )
  const host = await testHost()
  const context = await deploymentContextFor(host, { release: releaseOf(host, 2), generation: 2, config: emptyDeployConfig, clock })
  const earlier: Earlier = { generation: 1, release: 'r000001', objects: [claim, service, deployment], before: [] }
  const where = { app: 'shop', mark: 'home', namespace: 'hop3-shop' }
  await goBack(context, cluster, { where, earlier, applied: new Set(applied), isForced })
  return said
}
