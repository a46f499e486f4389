/** What is found out about a release before any of it is applied. */
import { hop3Error } from '@hop3/core'
import { memoryLog } from '@hop3/testing'
import { expect, test } from 'vitest'
import { claimsOf, keepingSizes } from '../src/claims.ts'
import { kubernetesOptions } from '../src/kubernetes-options.ts'
import type { KubernetesObject } from '../src/objects/kinds.ts'
import { tryRelease } from '../src/try-release.ts'
import { toldCluster } from './told-cluster.ts'

const of = (kind: string, name: string, spec: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'hop3-shop', labels: {} },
  spec,
})
const objects = [of('Secret', 'shop-home'), of('Service', 'shop'), of('Deployment', 'shop-web')]
const input = { owner: { app: 'shop', mark: 'home' }, namespace: 'hop3-shop', options: kubernetesOptions({ options: {} }) }

test('every object is tried, and nothing applied', async () => {
  expect(await tried({})).toEqual({ told: ['Secret', 'Service', 'Deployment'] })
})

test('the first that is refused is told', async () => {
  const conflict = refusal('deploy.kubernetes.conflict', { fields: ['.spec.replicas'] })
  const invalid = refusal('deploy.kubernetes.invalid', { status: 422 })
  expect(await tried({ Deployment: conflict })).toMatchObject({ thrown: conflict })
  expect(await tried({ Deployment: conflict, Service: invalid })).toMatchObject({ thrown: invalid })
})

test('a namespace that is yet to be made and a webhook that tries nothing are no hindrance', async () => {
  const missing = refusal('deploy.kubernetes.refused', { status: 404 })
  expect(await tried({ Secret: missing, Service: missing, Deployment: missing })).not.toHaveProperty('thrown')
  const webhook = refusal('deploy.kubernetes.invalid', { status: 400 }, 'admission webhook "a" does not support dry run')
  expect(await tried({ Service: webhook })).not.toHaveProperty('thrown')
})

test('a count that an autoscaler has said is taken over', async () => {
  const conflict = refusal('deploy.kubernetes.conflict', { fields: ['.spec.replicas'] })
  expect(await tried({ Deployment: conflict }, ['shop-web'])).toEqual({ told: ['Secret', 'Service', 'Deployment, forced'] })
})

test('a claim is asked for as large as it is', async () => {
  const claim = (name: string, storage: string) =>
    of('PersistentVolumeClaim', name, { accessModes: [], resources: { requests: { storage } } })
  const { cluster } = toldCluster(() => [claim('shop-data', '2Gi'), claim('shop-files', '1Gi')])
  const claims = claimsOf(cluster, input)
  const { log, events } = memoryLog()
  const wanted = [claim('shop-data', '1024Mi'), claim('shop-files', '2Gi'), claim('shop-new', '1Gi'), of('Service', 'shop')]
  expect(await keepingSizes({ log }, claims, wanted)).toEqual([claim('shop-data', '2Gi'), ...wanted.slice(1)])
  expect(events.map(({ text }) => text)).toEqual(['The volume shop-data stays at 2Gi, and is not made 1024Mi: a volume does not shrink.'])
})

const refusal = (code: string, details: Readonly<Record<string, unknown>>, message = 'It is refused.'): Error =>
  hop3Error(code, message, { details })

/** `refused`: what for, by kind. */
async function tried(refused: Readonly<Record<string, Error>>, autoscalers: readonly string[] = []) {
  const told: string[] = []
  const { cluster } = toldCluster(
    () => autoscalers.map((name) => ({ metadata: { name } })),
    ({ kind }, { isForced, isDryRun }) => {
      expect(isDryRun).toBe(true)
      const error = refused[kind]
      if (error !== undefined && !isForced) throw error
      told.push(`${kind}${isForced ? ', forced' : ''}`)
      return {}
    },
  )
  const thrown: unknown = await tryRelease(cluster, { input, objects, before: [] }).catch((error: unknown) => error)
  return { told, ...(thrown === undefined ? {} : { thrown }) }
}
