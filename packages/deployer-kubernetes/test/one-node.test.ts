/** A volume for one node, and a second node, which takes pods and has no kubelet that would run them: nothing of the app is to go there. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { testHost } from '@hop3/testing'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { hostClass, hostVolume, kubectl } from './host-volume.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')
const inShop = ['--namespace', 'hop3-shop'] as const
const elsewhere = 'hop3-test-elsewhere'

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 120_000 }, () => {
  test.each([1, 2])('commands and one instance more go where %i of it are, whichever node has more room', async (count) => {
    const host = await testHost()
    onTestFinished(() => {
      kubectl(['delete', 'pvc', 'shop-data', ...inShop, '--ignore-not-found', '--wait=false'])
      kubectl(['delete', 'pv', '--selector', 'hop3.test/claim=hop3-shop.shop-data', '--wait=false'])
    })
    const directory = join(host.directory, 'volume')
    await mkdir(directory)
    await hostVolume(directory, 'hop3-shop', 'shop-data')
    const { deployer } = await stage({ host, options: { data: '1Gi', 'storage-class': hostClass }, context: { scale: { web: count } } })
    await deployer.deploy()
    addNode()
    onTestFinished(() => void kubectl(['delete', 'node', elsewhere]))

    expect(await deployer.exec?.('true', { stdio: 'lines' })).toBe(0)
    await deployer.scale({ web: 1 })
    const columns = ['--no-headers', '--output', 'custom-columns=N:.spec.nodeName,P:.status.phase']
    const pods = kubectl(['get', 'pods', ...inShop, '--selector', 'app.kubernetes.io/component=web', ...columns])
      .trim()
      .split('\n')
    expect(pods.map((one) => one.split(/ +/))).toEqual(Array.from({ length: count + 1 }, () => ['node', 'Running']))
    expect(placeOfAnother(), 'who does not mind goes there').toBe(elsewhere)
  })
})

/** As a kubelet registers one. */
function addNode(): void {
  const now = new Date().toISOString()
  const room = { cpu: '64', memory: '256Gi', pods: '110' }
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime: now }
  kubectl(['create', '--filename', '-'], {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: elsewhere, labels: { 'kubernetes.io/hostname': elsewhere } },
    status: { capacity: room, allocatable: room, conditions: [ready] },
  })
  const taints = ['get', 'node', elsewhere, '--output', 'jsonpath={.spec.taints}']
  // Whoever looks after nodes takes it away, too.
  if (kubectl(taints) !== '') kubectl(['patch', 'node', elsewhere, '--type=merge', '--patch', '{"spec":{"taints":null}}'])
}

/** Of a pod that wants nothing: the node it is given. */
function placeOfAnother(): string {
  const pod = ['pod', 'hop3-test-anywhere', '--namespace', 'default'] as const
  kubectl(['create', '--filename', '-'], {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'hop3-test-anywhere', namespace: 'default' },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'app', image: inject('kubernetes').image }] },
  })
  onTestFinished(() => void kubectl(['delete', ...pod, '--force', '--grace-period=0']))
  kubectl(['wait', '--for=condition=PodScheduled', ...pod, '--timeout=20s'])
  return kubectl(['get', ...pod, '--output', 'jsonpath={.spec.nodeName}'])
}
