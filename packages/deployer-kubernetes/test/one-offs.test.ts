/** Pods of one command, on the real cluster: nobody else's app is touched for one, and one whose command was killed goes with the next. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { identifySelf } from '@hop3/core/processes'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { readPlace } from '../src/place.ts'
import { kubectl } from './host-volume.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')
const inShop = ['--namespace', 'hop3-shop'] as const

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  test('none runs beside an app of another home, whose objects stay what they are', async () => {
    // Stopping leaves it, and the next test has another.
    onTestFinished(() => void kubectl(['delete', 'pvc', 'shop-data', ...inShop, '--ignore-not-found']))
    const first = await stage({
      options: { data: '1Gi', 'access-mode': 'ReadWriteMany', 'storage-class': 'none' },
      context: { scale: { web: 0 } },
    })
    await first.deployer.deploy()
    const before = versions()
    const other = await stage({ options: { data: '1Gi', 'access-mode': 'ReadWriteMany', 'storage-class': 'none' } })
    await expect(other.deployer.exec?.('true', { stdio: 'lines' })).rejects.toMatchObject({ code: 'deploy.kubernetes.other-home' })
    expect(versions()).toBe(before)
    await other.deployer.stop()
    await other.deployer.forget?.()
    expect(versions()).toBe(before)
  })

  test('one whose command was killed goes with the next, and one that is held stays', async () => {
    const { deployer } = await stage()
    await deployer.deploy()
    const ended = spawn('true')
    await once(ended, 'exit')
    const self = await identifySelf()
    makeJob('shop-exec-left', JSON.stringify({ ...self, pid: ended.pid }))
    makeJob('shop-exec-held', JSON.stringify(self))
    expect(await deployer.exec?.('true', { stdio: 'lines' })).toBe(0)
    expect(jobs()).toBe('shop-exec-held')
    makeJob('shop-exec-left', JSON.stringify({ ...self, pid: ended.pid }))
    await deployer.retire?.()
    expect(jobs()).toBe('shop-exec-held')
  })

  test('none runs any more when the app is stopped, and one that sees it stopped brings nothing back', async () => {
    const { deployer, context } = await stage()
    await deployer.deploy()
    const running = deployer.exec?.('trap "sleep 30" TERM; while :; do sleep 1; done', { stdio: 'lines' }).catch(String)
    await expect.poll(() => pods('hop3/one-off=exec'), { timeout: 30_000 }).toMatch(/Running/)
    await deployer.stop()
    expect(pods('app.kubernetes.io/name=shop')).toBe('')
    await running
    expect([await readPlace(context), secrets(), jobs()]).toMatchObject([{ isEmpty: true }, '', ''])
  })

  test('one that somebody takes away before it begins is not waited for', async () => {
    const { deployer } = await stage()
    await deployer.deploy()
    const taint = 'hop3.test/dedicated=db:NoSchedule'
    kubectl(['taint', 'nodes', '--all', taint])
    onTestFinished(() => void kubectl(['taint', 'nodes', '--all', `${taint}-`]))
    const failure = deployer.exec?.('true', { stdio: 'lines' }).catch((error: unknown) => error)
    await expect.poll(jobs, { timeout: 30_000 }).not.toBe('')
    kubectl(['delete', 'jobs', '--all', ...inShop])
    expect(await failure).toMatchObject({ code: 'deploy.kubernetes.pod', message: expect.stringContaining('has gone') })
  })

  test('none of a stopped app brings it half back', async () => {
    const { deployer, context, host } = await stage()
    await deployer.deploy()
    await deployer.stop()
    expect(secrets()).toBe('')
    expect(await deployer.exec?.('exit 3', { stdio: 'lines' })).toBe(3)
    expect([await readPlace(context), secrets(), jobs()]).toMatchObject([{ isEmpty: true, namespace: 'hop3-shop' }, '', ''])
    expect(await readPlace(context)).not.toHaveProperty('hasCommands')
    // Its name is free for another home, and it for another place.
    const other = await stage()
    await expect(other.deployer.deploy()).resolves.toBeDefined()
    const elsewhere = await stage({ host, counter: 2, options: { namespace: 'default' } })
    await expect(elsewhere.deployer.deploy()).resolves.toBeDefined()
  })

  test('two of a stopped app at a time leave each other what they need', async () => {
    const { deployer } = await stage()
    await deployer.deploy()
    await deployer.stop()
    const longer = deployer.exec?.('sleep 6', { stdio: 'lines' })
    await expect.poll(jobs, { timeout: 30_000 }).not.toBe('')
    expect(await deployer.exec?.('true', { stdio: 'lines' })).toBe(0)
    expect(secrets()).not.toBe('')
    expect(await longer).toBe(0)
    expect(secrets()).toBe('')
  })

  test('one of a stopped app whose command was killed goes with the next stop', async () => {
    const { deployer, context, host } = await stage()
    await deployer.deploy()
    await deployer.stop()
    const ending = new AbortController()
    const command = await stage({ host, context: { signal: ending.signal } })
    const running = command.deployer.exec?.('sleep 600', { stdio: 'lines' }).catch((error: unknown) => error)
    await expect.poll(jobs, { timeout: 30_000 }).not.toBe('')
    // A command that is killed leaves what is there now.
    expect(await readPlace(context)).toMatchObject({ isEmpty: true, hasCommands: true })
    await deployer.stop()
    expect([jobs(), secrets()]).toEqual(['', ''])
    expect(await readPlace(context)).not.toHaveProperty('hasCommands')
    ending.abort()
    expect(await running).not.toBe(0)
  })
})

/** Of all that a home could take over from another. */
function versions(): string {
  const path = 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.labels.hop3/home} {.metadata.deletionTimestamp}\n{end}'
  const selector = ['--selector', 'app.kubernetes.io/name=shop', '--output', path]
  return kubectl(['get', 'secrets,pvc,deployments,jobs', ...inShop, ...selector]) + kubectl(['get', 'namespaces', ...selector])
}

const secrets = (): string => kubectl(['get', 'secrets', ...inShop, '--selector', 'app.kubernetes.io/managed-by=hop3', '--output', 'name'])

const pods = (selector: string): string =>
  kubectl([
    'get',
    'pods',
    ...inShop,
    '--selector',
    selector,
    '--output',
    'jsonpath={range .items[*]}{.metadata.name} {.status.phase}\n{end}',
  ])

const jobs = (): string => kubectl(['get', 'jobs', ...inShop, '--output', 'jsonpath={.items[*].metadata.name}'])

/** As the last command would have left it: with a pod that only waits. */
function makeJob(name: string, starter: string): void {
  const [owner = ''] = kubectl(['get', 'deployments', ...inShop, '--output', 'jsonpath={.items[*].metadata.labels}']).split('\n')
  const labels: Record<string, string> = { ...JSON.parse(owner), 'hop3/one-off': 'exec' }
  const securityContext = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } }
  const container = {
    name: 'app',
    image: inject('kubernetes').image,
    command: ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1; done'],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  }
  kubectl(['apply', '--filename', '-'], {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'hop3-shop', labels, annotations: { 'hop3/starter': starter } },
    spec: {
      backoffLimit: 0,
      template: { metadata: { labels }, spec: { restartPolicy: 'Never', securityContext, containers: [container] } },
    },
  })
}
