/** The role `edit` of a namespace is enough for all that Hop3 does, on a cluster without the Gateway API, of which that role says nothing. */
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { readDocument, writeDocument } from '../src/documents.ts'
import { readPlace } from '../src/place.ts'
import { kubectl } from './host-volume.ts'
import { kubeconfigOf } from './kubeconfig-of.ts'
import { stage, type StageRequest } from './staged.ts'

const skipped = inject('skipped')
const namespace = 'hop3-test-edit'

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  beforeAll(() => {
    kubectl(['create', 'namespace', namespace])
    kubectl(['create', 'rolebinding', 'hop3', '--clusterrole=edit', '--user=limited', '--namespace', namespace])
  })
  afterAll(() => void kubectl(['delete', 'namespace', namespace, '--wait=false']))

  const stageLimited = (request: StageRequest = {}) =>
    stage({
      ...request,
      options: { namespace },
      context: { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: inject('kubernetes').limited }, ...request.context },
    })

  test('to deploy, to replace, to go back, to run a command and to take away', async () => {
    const first = await stageLimited()
    await first.deployer.deploy()
    expect(await first.deployer.exec?.('exit 3', { stdio: 'lines' })).toBe(3)
    const next = await stageLimited({ counter: 2, host: first.host })
    await next.deployer.deploy()
    await next.deployer.retire?.()
    const broken = await stageLimited({ counter: 3, host: first.host, runtime: { workers: { web: '/app/server exit 3' } } })
    await expect(broken.deployer.deploy()).rejects.toMatchObject({ code: 'health.exited' })
    expect((await next.deployer.status()).map(({ release }) => release)).toEqual([next.context.release.id])
    await next.deployer.stop()
    await next.deployer.forget?.()
    const left = ['--namespace', namespace, '--selector', 'app.kubernetes.io/managed-by=hop3', '--output', 'name']
    expect(kubectl(['get', 'deployments,services,secrets,jobs,pvc,poddisruptionbudgets', ...left])).toBe('')
    expect(await readPlace(next.context)).toBeUndefined()
  })

  test('to have the address of its nodes, without a right to read a Service by its name', async () => {
    const own = 'hop3-test-listing'
    kubectl(['create', 'namespace', own])
    onTestFinished(() => void kubectl(['delete', 'namespace', own, '--wait=false']))
    const changed = 'deployments,secrets,services,jobs,ingresses,horizontalpodautoscalers,cronjobs,poddisruptionbudgets'
    const roles = {
      changing: ['list,create,patch,delete', changed],
      listing: ['list', 'pods,events,persistentvolumeclaims'],
      reading: ['get', 'pods/log'],
    }
    for (const [role, [verbs, resources]] of Object.entries(roles)) {
      kubectl(['create', 'role', role, `--verb=${verbs}`, `--resource=${resources}`, '--namespace', own])
      kubectl(['create', 'rolebinding', role, `--role=${role}`, '--user=limited', '--namespace', own])
    }
    const { deployer } = await stage({
      options: { namespace: own },
      context: { env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: inject('kubernetes').limited } },
    })
    expect(await deployer.deploy()).toMatchObject({ protocol: 'http', upstreams: [{ port: expect.any(Number) }] })
  })

  test('with the rights to read and to make its own namespace an app is destroyed, and the namespace left', async () => {
    const [appName, own, role] = ['maker', 'hop3-maker', 'hop3-test-maker']
    const rights = ['--verb=get,create,patch', '--resource=namespaces']
    kubectl(['create', 'clusterrole', role, ...rights])
    kubectl(['create', 'clusterrolebinding', role, `--clusterrole=${role}`, `--user=${role}`])
    onTestFinished(() => void kubectl(['delete', 'clusterrole,clusterrolebinding', role]))
    const labels = { 'app.kubernetes.io/managed-by': 'hop3', 'app.kubernetes.io/name': appName }
    kubectl(['create', '--filename', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata: { name: own, labels } })
    onTestFinished(() => void kubectl(['delete', 'namespace', own, '--wait=false']))
    kubectl(['create', 'rolebinding', 'hop3', '--clusterrole=edit', `--user=${role}`, '--namespace', own])
    const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: await kubeconfigOf(inject('kubernetes').kubeconfig, { as: role }) }
    const { deployer, context, host } = await stage({ context: { appName, env } })
    await deployer.deploy()
    await deployer.stop()
    await deployer.forget?.()
    expect(await readPlace(context)).toBeUndefined()
    const warned = host.events.filter(({ level }) => level === 'warn').map(({ text }) => text)
    expect(warned).toContainEqual(
      expect.stringMatching(/hop3-maker of maker stays[^]*cannot delete[^]*kubectl delete namespace hop3-maker/),
    )
    expect(kubectl(['get', 'namespace', own, '--output', 'jsonpath={.status.phase}'])).toBe('Active')
  })

  test('but not where there may be a route that it could not take away', async () => {
    const { deployer, context } = await stageLimited()
    await deployer.deploy()
    const objects = (await readDocument(context, context.generation, context.release.id)) ?? []
    const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'shop', labels: {} } }
    await writeDocument(context, context.generation, context.release.id, [...objects, route])
    await expect(deployer.stop()).rejects.toMatchObject({
      code: 'deploy.kubernetes.forbidden',
      message: expect.stringContaining('httproutes'),
    })
  })
})
