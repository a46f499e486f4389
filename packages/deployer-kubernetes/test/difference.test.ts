/** What a deploy would change, told by the real cluster, and nothing is changed by it. */
import type { ObjectChange } from '@hop3/core'
import { freePort } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { fieldChanges } from '../src/field-changes.ts'
import { kubectl } from './host-volume.ts'
import { stage, type Staged } from './staged.ts'
import { writeKubeconfig } from './stand-in-server.ts'

const skipped = inject('skipped')
const given = 'hop3-test-difference'
const secret = 'a-value-nobody-may-read'

test('fields go by their paths, and elements with names by those', () => {
  const of = (image: string, ...more: readonly object[]) => ({ spec: { containers: [...more, { name: 'web', image }], args: ['a', 'b'] } })
  expect(fieldChanges(of('one'), of('one'))).toEqual([])
  expect(fieldChanges(of('one'), { ...of('two', { name: 'new' }), metadata: { labels: { 'hop3/app': 'x' } } })).toEqual([
    { path: 'spec.containers[web].image', before: 'one', after: 'two' },
    { path: 'spec.containers[new]', after: { name: 'new' } },
    { path: 'metadata', after: { labels: { 'hop3/app': 'x' } } },
  ])
  const [a, b] = [{ name: 'a' }, { name: 'b' }]
  expect(fieldChanges({ list: [a, b] }, { list: [b, a] })).toEqual([{ path: 'list', before: [a, b], after: [b, a] }])
  expect(fieldChanges({ list: [a, b] }, { list: [b] })).toEqual([{ path: 'list[a]', before: a }])
  expect(fieldChanges({ labels: { 'a/b': 1, c: [1, 2] } }, { labels: { 'a/b': 2, c: [1] } })).toEqual([
    { path: 'labels["a/b"]', before: 1, after: 2 },
    { path: 'labels.c[1]', before: 2 },
  ])
})

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  beforeAll(() => void kubectl(['create', 'namespace', given]))
  afterAll(() => void kubectl(['delete', 'namespace', given, '--wait=false']))

  test('tells what is new, by field what is other, and what goes, and leaves all of it', async () => {
    const options = { namespace: given }
    const first = await stage({
      options,
      context: { appEnv: { API_KEY: secret } },
      runtime: { workers: { web: '/app/server', tick: 'sleep 1000' } },
    })
    const fresh = await changesOf(first)
    expect(brief(fresh)).toEqual([
      'create Secret shop-home',
      'create Secret shop-env-<digest>',
      'create Service shop',
      'create Deployment shop-web',
      'create Deployment shop-tick',
    ])
    expect(objects()).toEqual([])
    await first.deployer.deploy()
    expect(await changesOf(first)).toEqual([])

    const before = objects()
    const next = await stage({
      options: { ...options, memory: '64m' },
      counter: 2,
      host: first.host,
      context: { appEnv: { API_KEY: `${secret}-too` }, scale: { web: 2 } },
      config: { domains: ['shop.example.com'] },
    })
    const changes = await changesOf(next)
    expect(brief(changes)).toEqual([
      'create Secret shop-env-<digest>',
      'create PodDisruptionBudget shop-web',
      'change Deployment shop-web',
      'create Ingress shop',
      'delete Deployment shop-tick',
      'delete Secret shop-env-<digest>',
    ])
    expect(changes.find(({ action }) => action === 'change')?.fields).toEqual(
      expect.arrayContaining([
        { path: 'spec.replicas', before: 1, after: 2 },
        { path: 'spec.template.spec.containers[app].resources.limits', after: { memory: '64Mi' } },
        { path: 'metadata.labels["app.kubernetes.io/version"]', before: first.context.release.id, after: next.context.release.id },
      ]),
    )
    expect(objects()).toEqual(before)
    expect(await first.deployer.status()).toHaveLength(2)
  })

  test('in a namespace of the app’s own that is not there yet, all is new', async () => {
    const { deployer } = await stage({ context: { appName: 'fresh' } })
    expect(brief((await deployer.difference?.()) ?? [])).toEqual([
      'create Namespace hop3-fresh',
      'create Secret fresh-home',
      'create Secret fresh-env-<digest>',
      'create Service fresh',
      'create Deployment fresh-web',
    ])
    expect(kubectl(['get', 'namespaces', '--output', 'name'])).not.toContain('hop3-fresh')
  })

  test('of a Secret it tells no value, whoever has put it where', async () => {
    const first = await stage({ options: { namespace: given } })
    await first.deployer.deploy()
    const name = kubectl(['get', 'secrets', '--namespace', given, '--output', 'name']).match(/shop-env-\w+/)?.[0] ?? ''
    const note = `kubectl.kubernetes.io/last-applied-configuration=${secret}`
    kubectl(['annotate', 'secret', name, note, '--namespace', given])
    kubectl(['label', 'secret', name, 'app.kubernetes.io/part-of=other', '--overwrite', '--namespace', given])
    const taking = await stage({ options: { namespace: given, 'force-conflicts': true }, host: first.host })
    expect(await changesOf(taking)).toEqual([
      { action: 'change', kind: 'Secret', name, fields: [{ path: 'metadata.labels["app.kubernetes.io/part-of"]', isSecret: true }] },
    ])
  })

  test('tells the count of a worker whose autoscaler comes or goes as the deploy will make it', async () => {
    const first = await stage({ context: { scale: { web: 2 } } })
    await first.deployer.deploy()
    const turn = (counter: number, least: number, most?: number): Promise<Staged> =>
      stage({
        host: first.host,
        counter,
        config: most === undefined ? {} : { mostInstances: { web: most } },
        context: { scale: { web: least } },
      })
    const ranged = await turn(2, 2, 4)
    expect(countsOf(await changesOf(ranged))).toEqual([])
    expect(brief(await changesOf(ranged))).toContain('create HorizontalPodAutoscaler shop-web')
    await ranged.deployer.deploy()
    await ranged.deployer.retire?.()
    // As the autoscaler does.
    kubectl(['scale', 'deployment', 'shop-web', '--replicas=3', '--namespace', 'hop3-shop'])
    const fixed = await changesOf(await turn(3, 1))
    expect(brief(fixed)).toContain('delete HorizontalPodAutoscaler shop-web')
    expect(countsOf(fixed)).toEqual([{ path: 'spec.replicas', before: 3, after: 1 }])
    // Nothing else is taken from anybody, as by the deploy.
    kubectl(['set', 'image', 'deployment/shop-web', 'app=registry.example.com/other:1', '--namespace', 'hop3-shop'])
    await expect((await turn(3, 1)).deployer.difference?.()).rejects.toMatchObject({ code: 'deploy.kubernetes.conflict' })
  })

  test('fails as the deploy would: by a field of somebody else, a right that is missing, an object that is not admitted', async () => {
    const first = await stage()
    await first.deployer.deploy()
    kubectl(['scale', 'deployment', 'shop-web', '--replicas=3', '--namespace', 'hop3-shop'])
    const next = await stage({ counter: 2, host: first.host })
    await expect(next.deployer.difference?.()).rejects.toMatchObject({
      code: 'deploy.kubernetes.conflict',
      details: { fields: ['.spec.replicas'] },
    })

    const { limited } = inject('kubernetes')
    const reader = await stage({
      context: { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: limited } },
      options: { namespace: given },
    })
    kubectl([
      'create',
      'role',
      'hop3-difference',
      '--verb=list,create,patch,delete',
      '--resource=deployments,pods,secrets,services,jobs',
      '--namespace',
      given,
    ])
    kubectl(['create', 'rolebinding', 'hop3-difference', '--role=hop3-difference', '--user=limited', '--namespace', given])
    onTestFinished(() => void kubectl(['delete', 'role,rolebinding', 'hop3-difference', '--namespace', given]))
    await expect(reader.deployer.difference?.()).rejects.toMatchObject({
      code: 'deploy.kubernetes.forbidden',
      message: expect.stringMatching(/^Nothing was changed: .* lacks rights [^]*get secrets\n[^]*get deployments \(apps\)/),
    })

    const huge = await stage({ options: { namespace: given, 'storage-class': 'none', memory: '4g', 'memory-request': '8g' } })
    await expect(huge.deployer.difference?.()).rejects.toMatchObject({
      code: 'deploy.kubernetes.invalid',
      message: expect.stringContaining('memory'),
    })
  })

  test('says that nobody answers, as any command does', async () => {
    const { host } = await stage()
    const kubeconfig = await writeKubeconfig(host.directory, `http://127.0.0.1:${await freePort()}`)
    const { deployer } = await stage({ host, context: { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig } } })
    await expect(deployer.difference?.()).rejects.toMatchObject({ code: 'environment.kubernetes-unreachable' })
  })
})

async function changesOf({ deployer }: Staged): Promise<readonly ObjectChange[]> {
  const changes = (await deployer.difference?.()) ?? []
  expect(JSON.stringify(changes)).not.toContain(secret)
  expect(JSON.stringify(changes)).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20))
  return changes
}

const brief = (changes: readonly ObjectChange[]): readonly string[] =>
  changes.map(({ action, kind, name }) => `${action} ${kind} ${name.replace(/-env-\w{16}$/, '-env-<digest>')}`)

const countsOf = (changes: readonly ObjectChange[]) =>
  changes.flatMap(({ fields }) => fields.filter(({ path }) => path === 'spec.replicas'))

/** As they are, to the last change of anybody. */
function objects(): readonly string[] {
  const columns = 'custom-columns=K:.kind,N:.metadata.name,V:.metadata.resourceVersion'
  const kinds = 'secrets,services,poddisruptionbudgets,ingresses,horizontalpodautoscalers'
  const said = kubectl(['get', kinds, '--namespace', given, '--no-headers', '--output', columns])
  return said.split('\n').filter((line) => line !== '')
}
