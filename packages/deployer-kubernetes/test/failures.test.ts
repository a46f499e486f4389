/** Each way a roll-out can fail, on the real cluster: told apart, with its evidence, and undone. */
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isHop3Error, type Hop3Error } from '@hop3/core'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { kubectl } from './host-volume.ts'
import { failedUndoings, stage, type StageRequest, type Staged } from './staged.ts'

const skipped = inject('skipped')
const given = 'hop3-test-given'

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  beforeAll(() => void kubectl(['create', 'namespace', given]))
  afterAll(() => void kubectl(['delete', 'namespace', given, '--wait=false']))

  test.each<readonly [string, string, RegExp, StageRequest]>([
    [
      'an image that is not in its registry',
      'deploy.kubernetes.pull',
      /no such image/,
      { image: `${inject('kubernetes')?.registry}/app@sha256:${'0'.repeat(64)}` },
    ],
    [
      'a registry nobody answers for',
      'deploy.kubernetes.pull',
      /cannot fetch|not let/,
      { image: `127.0.0.1:9/app@sha256:${'0'.repeat(64)}` },
    ],
    ['a worker that ends', 'health.exited', /exit code 3[^]*the last words/, { runtime: { workers: { web: '/app/server exit 3' } } }],
    ['a check that is answered badly', 'health.status', /503/, { runtime: { healthcheckPath: '/status', healthcheckTimeout: 6 } }],
    [
      'another port',
      'health.timeout',
      /connection refused/,
      { runtime: { workers: { web: '/app/server port 9999' }, healthcheckTimeout: 6 } },
    ],
    [
      'its own loopback',
      'health.timeout',
      /connection refused/,
      { runtime: { workers: { web: '/app/server loopback' }, healthcheckTimeout: 6 } },
    ],
    ['a program that is not there', 'deploy.kubernetes.program', /\/app\/none/, { metadata: { workers_argv: { web: ['/app/none'] } } }],
    [
      'an image without a shell',
      'deploy.kubernetes.program',
      /\/bin\/sh/,
      { image: inject('kubernetes')?.scratch ?? '', runtime: { workers: { web: 'exec /app/server' } } },
    ],
    [
      'more memory than any node has',
      'deploy.kubernetes.unschedulable',
      /Insufficient memory/,
      { options: { memory: '4000g' }, runtime: { healthcheckTimeout: 4 } },
    ],
    [
      'less memory than it takes',
      'health.memory',
      /more memory/,
      { options: { memory: '24m' }, runtime: { workers: { web: 'x=$(head -c 90000000 /dev/zero | tr "\\0" x); sleep 60' } } },
    ],
    ['root, where only others may', 'deploy.kubernetes.admission', /runAsNonRoot|PodSecurity/, { options: { user: 0, namespace: given } }],
  ])('tells %s', async (_, code, said, request) => {
    if (code === 'deploy.kubernetes.admission')
      kubectl(['label', 'namespace', given, 'pod-security.kubernetes.io/enforce=restricted', '--overwrite'])
    const { deployer } = await stage(request)
    const error = await failureOf(deployer)
    expect(error).toMatchObject({ code, message: expect.stringMatching(said), hint: expect.stringMatching(/\w/) })
    expect(await deployer.status()).toEqual([])
  })

  test('names the taint that keeps it from every node, and leaves what ran', async () => {
    const first = await stage()
    await first.deployer.deploy()
    const before = await first.deployer.status()
    const taint = 'hop3.test/dedicated=db:NoSchedule'
    kubectl(['taint', 'nodes', '--all', taint])
    onTestFinished(() => void kubectl(['taint', 'nodes', '--all', `${taint}-`]))
    const next = await stage({ counter: 2, host: first.host, runtime: { healthcheckTimeout: 4 } })
    expect(await failureOf(next.deployer)).toMatchObject({
      code: 'deploy.kubernetes.unschedulable',
      message: expect.stringContaining('hop3.test/dedicated: db'),
      details: { taints: ['hop3.test/dedicated: db'], resources: [] },
    })
    expect(await first.deployer.status()).toEqual(before)
  })

  test('tells a quota that is used up, and leaves what ran', async () => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods', namespace: given }, spec: { hard: { pods: '1' } } }
    const first = await stage({ options: { namespace: given } })
    await first.deployer.deploy()
    kubectl(['apply', '--filename', '-'], quota)
    onTestFinished(() => void kubectl(['delete', 'resourcequota', 'pods', '--namespace', given]))
    const before = await first.deployer.status()
    const next = await stage({ options: { namespace: given }, counter: 2, host: first.host })
    expect(await failureOf(next.deployer)).toMatchObject({
      code: 'deploy.kubernetes.quota',
      message: expect.stringContaining('exceeded quota'),
    })
    expect(await first.deployer.status()).toEqual(before)
  })

  test('names every right that is missing, and writes nothing', async () => {
    const { limited } = inject('kubernetes')
    const { deployer, context } = await stage({
      context: { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: limited } },
      options: { namespace: given },
    })
    const role = ['--role=hop3-reader', '--user=limited', '--namespace', given]
    kubectl(['create', 'role', 'hop3-reader', '--verb=list', '--resource=deployments,pods', '--namespace', given])
    kubectl(['create', 'rolebinding', 'hop3-reader', ...role])
    onTestFinished(() => void kubectl(['delete', 'role,rolebinding', 'hop3-reader', '--namespace', given]))
    expect(await failureOf(deployer)).toMatchObject({
      code: 'deploy.kubernetes.forbidden',
      message: expect.stringMatching(/create deployments \(apps\)[^]*patch deployments \(apps\)/),
    })
    expect(kubectl(['get', 'all,secrets', '--namespace', given, '--selector', `app.kubernetes.io/name=${context.appName}`])).toBe('')
  })

  test('names the fields somebody else has said, and leaves them', async () => {
    const first = await stage()
    await first.deployer.deploy()
    kubectl(['scale', 'deployment', 'shop-web', '--replicas=3', '--namespace', 'hop3-shop'])
    const next = await stage({ counter: 2, host: first.host, options: { data: '1Gi', 'storage-class': 'none' } })
    const said = { code: 'deploy.kubernetes.conflict', details: { fields: ['.spec.replicas'] } }
    expect(await failureOf(next.deployer)).toMatchObject(said)
    expect(countAndGeneration(), 'what was there').toBe('3 1')
    expect(kubectl(['get', 'pvc', '--namespace', 'hop3-shop', '--output', 'name']), 'nothing is new').toBe('')
    expect(await failureOf(next.deployer), 'again').toMatchObject(said)
    const taking = await stage({ counter: 3, host: first.host, options: { 'force-conflicts': true } })
    await taking.deployer.deploy()
    await taking.deployer.retire?.()
    expect(await taking.deployer.status()).toHaveLength(1)
  })

  test('leaves a count that somebody says while a release comes up, and takes the release back', async () => {
    const first = await stage()
    await first.deployer.deploy()
    const runtime = { workers: { web: '/app/server port 9999' }, healthcheckTimeout: 8 }
    const next = await stage({ counter: 2, host: first.host, runtime })
    const failing = failureOf(next.deployer)
    await expect.poll(countAndGeneration, { timeout: 60_000 }).toBe('1 2')
    kubectl(['scale', 'deployment', 'shop-web', '--replicas=2', '--namespace', 'hop3-shop'])
    expect(await failing).toMatchObject({ code: 'health.timeout' })
    expect(failedUndoings(next.host)).toEqual([])
    expect(countAndGeneration()).toBe('2 1')
  })

  test('leaves a host name to the app that has it', async () => {
    const first = await stage({ config: { domains: ['shop.example.com'] } })
    await first.deployer.deploy()
    const other = await stage({ config: { domains: ['shop.example.com'] }, context: { appName: 'other' } })
    expect(await failureOf(other.deployer)).toMatchObject({
      code: 'deploy.kubernetes.host-taken',
      message: expect.stringContaining('hop3-shop/shop'),
    })
  })

  test('says that a namespace is being deleted', async () => {
    kubectl(['create', 'namespace', 'hop3-test-going'])
    kubectl(['patch', 'namespace', 'hop3-test-going', '--type=merge', '--patch', '{"metadata":{"finalizers":["hop3.test/held"]}}'])
    kubectl(['delete', 'namespace', 'hop3-test-going', '--wait=false'])
    onTestFinished(
      () => void kubectl(['patch', 'namespace', 'hop3-test-going', '--type=merge', '--patch', '{"metadata":{"finalizers":null}}']),
    )
    const { deployer } = await stage({ options: { namespace: 'hop3-test-going' } })
    expect(await failureOf(deployer)).toMatchObject({ code: 'deploy.kubernetes.namespace-going' })
  })

  test('refuses another home its app', async () => {
    const first = await stage()
    await first.deployer.deploy()
    const other = await stage()
    expect(await failureOf(other.deployer)).toMatchObject({ code: 'deploy.kubernetes.other-home' })
    expect(await first.deployer.status()).toHaveLength(1)
  })

  test('tells a cluster that does not answer, does not know who asks, or is none', async () => {
    const server = createServer((_, answer) =>
      answer.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Unauthorized"}'),
    )
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await failureWith(`http://127.0.0.1:${port}`)).toMatchObject({ code: 'environment.kubernetes-login' })
    expect(await failureWith('https://127.0.0.1:9')).toMatchObject({ code: 'environment.kubernetes-unreachable' })
    const real = /server: '(.*?)'/.exec(execFileSync('cat', [inject('kubernetes').kubeconfig], { encoding: 'utf8' }))?.[1] ?? ''
    expect(await failureWith(real)).toMatchObject({ code: 'environment.kubernetes-certificate' })
    expect(await failureWith('nowhere')).toMatchObject({ code: 'environment.kubeconfig' })
  })
})

function countAndGeneration(): string {
  const columns = 'jsonpath={.spec.replicas} {.metadata.labels.hop3/generation}'
  return kubectl(['get', 'deployment', 'shop-web', '--namespace', 'hop3-shop', '--output', columns])
}

async function failureWith(server: string): Promise<Hop3Error> {
  const staged = await stage({ runtime: { healthcheckTimeout: 3 } })
  const kubeconfig = join(staged.host.directory, 'kubeconfig')
  const text = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'a',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'a', context: { cluster: 'c', user: '' } }],
  }
  await writeFile(kubeconfig, JSON.stringify(text))
  const { deployer } = await stage({ host: staged.host, context: { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig } } })
  return failureOf(deployer)
}

async function failureOf(deployer: Staged['deployer']): Promise<Hop3Error> {
  const thrown: unknown = await deployer.deploy().then(
    () => new Error('It has deployed.'),
    (error: unknown) => error,
  )
  if (isHop3Error(thrown)) return thrown
  throw thrown
}
